// Part of godwit. SPDX-License-Identifier: Apache-2.0

private import Glibc
package import StorageModel

/// A minute of the week, by the clock on the wall.
package struct WeekMinute: Sendable, Hashable, Comparable {
    package static let count = 7 * 24 * 60

    /// Minutes since Sunday 00:00.
    package let value: Int

    /// - Parameter day: 0 for Sunday to 6.
    package init(day: Int, hour: Int, minute: Int) {
        precondition((0..<7).contains(day) && (0..<24).contains(hour) && (0..<60).contains(minute))
        value = (day * 24 + hour) * 60 + minute
    }

    /// The minute that `time` is in, in the time zone of this machine.
    package init(at time: Timestamp) {
        var seconds = time_t(time.seconds)
        var local = tm()
        localtime_r(&seconds, &local)
        self.init(day: Int(local.tm_wday), hour: Int(local.tm_hour), minute: Int(local.tm_min))
    }

    package static func < (a: WeekMinute, b: WeekMinute) -> Bool { a.value < b.value }
}
