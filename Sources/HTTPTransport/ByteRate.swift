// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Synchronization

/// How many bytes a second pass in one direction, all transfers of all loops and clients that are given it together.
///
/// It may be changed while they run: who waits for a turn looks again within 50 milliseconds.
package final class ByteRate: Sendable {
    private let bucket: Mutex<TokenBucket>
    /// Asked for every piece of a body, and false in most runs.
    private let limited: Atomic<Bool>

    /// - Parameter rate: Bytes a second; nil: no limit.
    package init(_ rate: Int64? = nil) {
        bucket = Mutex(TokenBucket(rate: rate, now: MonotonicClock.now))
        limited = Atomic(rate != nil)
    }

    /// Bytes a second; nil: no limit.
    package var bytesPerSecond: Int64? { bucket.withLock(\.rate) }

    /// Changes the rate for what is under way and for what follows. Bytes a second; nil: no limit.
    package func set(_ rate: Int64?) { set(rate, now: MonotonicClock.now) }

    func set(_ rate: Int64?, now: Nanoseconds) {
        bucket.withLock { bucket in
            bucket.setRate(rate, now: now)
            limited.store(rate != nil, ordering: .relaxed)
        }
    }

    var isLimited: Bool { limited.load(ordering: .relaxed) }

    /// How many of `wanted` bytes may pass now; 0: wait.
    func allowance(_ wanted: Int, now: Nanoseconds) -> Int {
        bucket.withLock { $0.allowance(wanted, now: now) }
    }

    /// Takes as many of `wanted` bytes as may pass now; 0: wait.
    func take(upTo wanted: Int, now: Nanoseconds) -> Int {
        bucket.withLock { bucket in
            let count = bucket.allowance(wanted, now: now)
            bucket.take(count)
            return count
        }
    }

    /// Whether a chunk of any size may pass now.
    func isOpen(now: Nanoseconds) -> Bool { bucket.withLock { $0.isOpen(now: now) } }

    /// Takes `count` bytes, also those that are not there yet. Negative: what was taken and not used.
    func take(_ count: Int) { bucket.withLock { $0.take(count) } }

    /// Nanoseconds until something may pass, within 5 and 50 milliseconds.
    var pause: Nanoseconds { bucket.withLock { $0.pause() } }
}
