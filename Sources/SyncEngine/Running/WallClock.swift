// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Glibc
import StorageModel

/// The time of day, where only that decides: whether a retention has ended.
enum WallClock {
    static func now() -> Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(seconds: Int64(time.tv_sec), nanoseconds: UInt32(time.tv_nsec))
    }
}
