// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Glibc

/// Nanoseconds of a clock that never goes back.
typealias Nanoseconds = UInt64

enum MonotonicClock {
    static var now: Nanoseconds {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Nanoseconds(time)
    }

    /// The processor's time that the calling thread has taken.
    static var threadTime: Nanoseconds {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Nanoseconds(time)
    }
}

extension Nanoseconds {
    fileprivate init(_ time: timespec) { self = UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec) }
}

extension Duration {
    /// Whole milliseconds, rounded up and within 1 and 2^31 - 1, as libcurl takes them.
    var curlMilliseconds: Int {
        let (seconds, attoseconds) = components
        guard seconds < Int64(Int32.max) / 1000 else { return Int(Int32.max) }
        return max(1, Int(seconds) * 1000 + Int((attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000))
    }

    /// Whole seconds, rounded up and at least one.
    var curlSeconds: Int { (curlMilliseconds + 999) / 1000 }
}
