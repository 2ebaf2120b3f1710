// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import Settings

/// Which rates hold: those of the timetable, unless somebody lifted them.
struct BandwidthState: Sendable {
    private var timetable: RateTimetable
    /// What the timetable said when it was looked at last.
    private(set) var scheduled: RatePair
    private(set) var isLifted = false

    init(_ timetable: RateTimetable, at minute: WeekMinute) {
        self.timetable = timetable
        scheduled = timetable.rates(at: minute)
    }

    var rates: RatePair { isLifted ? .unlimited : scheduled }

    /// Whether time alone may change something.
    var isConstant: Bool { timetable.isConstant }

    /// Looks at the timetable, or at another from now on. Returns what there is to say: nothing where the rates stay.
    mutating func look(at minute: WeekMinute, _ other: RateTimetable? = nil) -> String? {
        timetable = other ?? timetable
        let rates = timetable.rates(at: minute)
        guard rates != scheduled else { return nil }
        scheduled = rates
        // As in rclone, what was lifted stays so until it is set again.
        return "bandwidth limit: \(RateFormat.text(rates))" + (isLifted ? ", as soon as SIGUSR2 sets it again" : "")
    }

    /// Lifts the limit or sets it again. Returns what there is to say.
    mutating func toggle() -> String {
        if isLifted {
            isLifted = false
            return "bandwidth limit set again by SIGUSR2: \(RateFormat.text(scheduled))"
        }
        if scheduled.isUnlimited { return "SIGUSR2 changes nothing: there is no bandwidth limit now" }
        isLifted = true
        return "bandwidth limit lifted by SIGUSR2"
    }
}
