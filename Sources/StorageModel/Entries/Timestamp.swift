// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// A point in time: seconds and nanoseconds since 1970-01-01T00:00:00Z, before it with negative seconds.
public struct Timestamp: Sendable, Hashable, Comparable {
    /// Whole seconds, rounded towards the past.
    public let seconds: Int64
    /// 0 ..< 1,000,000,000, counted forward from ``seconds``.
    public let nanoseconds: UInt32

    @inlinable
    public init(seconds: Int64, nanoseconds: UInt32 = 0) {
        precondition(nanoseconds < 1_000_000_000)
        self.seconds = seconds
        self.nanoseconds = nanoseconds
    }

    @inlinable
    public static func < (a: Timestamp, b: Timestamp) -> Bool {
        (a.seconds, a.nanoseconds) < (b.seconds, b.nanoseconds)
    }

    /// The time between two points, never negative.
    public func distance(to other: Timestamp) -> Duration {
        let (early, late) = self < other ? (self, other) : (other, self)
        return .seconds(late.seconds - early.seconds)
            + .nanoseconds(Int64(late.nanoseconds) - Int64(early.nanoseconds))
    }

    /// The time `duration` before, rounded to nanoseconds.
    public func earlier(by duration: Duration) -> Timestamp {
        let (whole, attoseconds) = duration.components
        var nanoseconds = Int64(self.nanoseconds) - attoseconds / 1_000_000_000
        var seconds = self.seconds.subtractingReportingOverflow(whole).partialValue
        if nanoseconds < 0 {
            nanoseconds += 1_000_000_000
            seconds -= 1
        } else if nanoseconds >= 1_000_000_000 {
            nanoseconds -= 1_000_000_000
            seconds += 1
        }
        return Timestamp(seconds: seconds, nanoseconds: UInt32(nanoseconds))
    }
}
