// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// Which rates hold at which minute of the week.
package struct RateTimetable: Sendable, Hashable {
    /// Rates that hold from a minute on.
    package struct Entry: Sendable, Hashable {
        package var from: WeekMinute
        package var rates: RatePair

        package init(from: WeekMinute, rates: RatePair) {
            self.from = from
            self.rates = rates
        }
    }

    /// In the order of the week, each minute once, and never none.
    package let entries: [Entry]

    /// The same rates at any time.
    package init(_ rates: RatePair) {
        entries = [Entry(from: WeekMinute(day: 0, hour: 0, minute: 0), rates: rates)]
    }

    /// Of entries for the same minute the last counts.
    package init(_ entries: [Entry]) {
        precondition(!entries.isEmpty)
        var byMinute: [WeekMinute: Entry] = [:]
        for entry in entries { byMinute[entry.from] = entry }
        self.entries = byMinute.values.sorted { $0.from < $1.from }
    }

    /// Whether time changes nothing.
    package var isConstant: Bool { entries.allSatisfy { $0.rates == entries[0].rates } }

    /// The rates that hold at `minute`: those of the latest entry up to then. Before the first of the week, the last one of
    /// the week before holds on.
    package func rates(at minute: WeekMinute) -> RatePair {
        (entries.last { $0.from <= minute } ?? entries[entries.count - 1]).rates
    }
}
