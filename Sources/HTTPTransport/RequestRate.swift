// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Synchronization

/// How many requests a second go out, of all loops and clients that are given it together: each has its turn, in the order
/// in which turns were asked for.
///
/// The generic cell rate algorithm (ITU-T I.371): turns lie one interval apart, and as many as a burst has may be taken at
/// once after a pause that was long enough.
package final class RequestRate: Sendable {
    /// When a request may go out.
    struct Turn: Equatable {
        var due: Nanoseconds
        /// The turn after it, without any burst: tells whether others came since.
        fileprivate var next: Nanoseconds
    }

    /// How late a turn may be used without making those after it later. Without this, loops that wake a little late would
    /// never reach a high rate.
    private static let lateMax: Nanoseconds = 100_000_000

    private let interval: Nanoseconds
    /// How far turns may be taken in advance.
    private let advance: Nanoseconds
    private let next = Mutex<Nanoseconds>(0)

    /// - Parameters:
    ///   - perSecond: Requests a second; fractions are fine.
    ///   - burst: Requests that may go out at once after a pause; 1: none but the next.
    package init(perSecond: Double, burst: Int = 1) {
        precondition(perSecond > 0 && burst > 0)
        interval = Nanoseconds(min(max(1e9 / perSecond, 1), 1e15))
        let (advance, overflows) = interval.multipliedReportingOverflow(by: Nanoseconds(burst - 1))
        self.advance = overflows ? .max / 2 : advance
    }

    /// The next turn, which is the caller's.
    /// - Parameter previous: The caller's last turn, if it has wanted another ever since.
    func turn(now: Nanoseconds, after previous: Nanoseconds? = nil) -> Turn {
        let wanted = previous.map { max(min($0, now), now - min(now, Self.lateMax)) } ?? now
        return next.withLock { next in
            let due = max(wanted, next - min(next, advance))
            next = max(next, due) + interval
            return Turn(due: due, next: next)
        }
    }

    /// Gives back a turn that was not used. If others came after it, it is lost.
    func giveBack(_ turn: Turn) {
        next.withLock { next in
            if next == turn.next { next -= interval }
        }
    }
}
