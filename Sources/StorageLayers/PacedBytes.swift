// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// Bytes that pass one after another at a rate, which may change while some wait.
///
/// Who adds bytes gets the place of the last of them in the row of all, and waits until that has passed.
struct PacedBytes<Instant: InstantProtocol> where Instant.Duration == Duration {
    /// Bytes a second; nil: no limit.
    private(set) var rate: Int64?
    /// Of all bytes so far.
    private var added = 0.0
    /// How many had passed at `moment`.
    private var passed = 0.0
    private var moment: Instant?

    init(rate: Int64?) { self.rate = rate }

    /// Adds `count` bytes behind those that wait, and returns the place of the last.
    mutating func add(_ count: Int, now: Instant) -> Double {
        // When nothing waits, what could have passed meanwhile is not made up for.
        if end(of: added).map({ $0 <= now }) ?? true { (passed, moment) = (added, now) }
        added += Double(count)
        return added
    }

    /// When the byte at `place` has passed, if the rate stays; nil: it has.
    func end(of place: Double) -> Instant? {
        guard let rate, let moment, place > passed else { return nil }
        return moment.advanced(by: .seconds((place - passed) / Double(rate)))
    }

    mutating func setRate(_ rate: Int64?, now: Instant) {
        if let old = self.rate, let moment {
            passed = min(added, passed + moment.duration(to: now) / .seconds(1) * Double(old))
        }
        // What waits passes at once where nothing limits it, and stays passed whatever comes next.
        if rate == nil { passed = added }
        moment = now
        self.rate = rate
    }
}
