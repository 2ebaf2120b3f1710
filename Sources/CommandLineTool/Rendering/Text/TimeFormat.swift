// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import StorageModel

#if canImport(Glibc)
    internal import Glibc
#endif

/// Points in time in the local time zone, and lengths of time, for people.
enum TimeFormat {
    /// `yyyy-MM-dd HH:mm:ss` with other separators at will.
    static func local(_ time: Timestamp, date: String = "-", between: String = " ") -> String {
        let parts = broken(time)
        return "\(four(parts.tm_year + 1900))\(date)\(two(parts.tm_mon + 1))\(date)\(two(parts.tm_mday))\(between)"
            + "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))"
    }

    /// RFC 3339 with nine fractional digits and the local offset, `Z` where that is zero.
    static func localRFC3339(_ time: Timestamp) -> String {
        let fraction = String(time.nanoseconds)
        let padded = String(repeating: "0", count: 9 - fraction.utf8.count) + fraction
        let offset = broken(time).tm_gmtoff
        guard offset != 0 else { return "\(local(time, between: "T")).\(padded)Z" }
        let minutes = Int32(offset.magnitude / 60)
        return
            "\(local(time, between: "T")).\(padded)\(offset < 0 ? "-" : "+")\(two(minutes / 60)):\(two(minutes % 60))"
    }

    /// `-`, `5s`, `3m12s`, `2h5m`, `4d3h`, `99d`.
    static func duration(seconds: Double?) -> String {
        guard let seconds, seconds.isFinite, seconds >= 0 else { return "-" }
        let total = Int(min(seconds.rounded(), 1e10))
        if total < 60 { return "\(total)s" }
        if total < 3600 { return "\(total / 60)m\(total % 60)s" }
        if total < 86_400 { return "\(total / 3600)h\(total / 60 % 60)m" }
        return total < 864_000 ? "\(total / 86_400)d\(total / 3600 % 24)h" : "\(total / 86_400)d"
    }

    /// With a fraction where that says something: `0.4s`, `12s`, `3m12s`.
    static func short(seconds: Double) -> String {
        seconds < 10 ? DecimalText.fixed(seconds, 1) + "s" : duration(seconds: seconds)
    }

    static var now: Timestamp {
        var clock = timespec()
        clock_gettime(CLOCK_REALTIME, &clock)
        return Timestamp(seconds: Int64(clock.tv_sec), nanoseconds: UInt32(clamping: clock.tv_nsec))
    }

    private static func broken(_ time: Timestamp) -> tm {
        var seconds = time_t(time.seconds)
        var parts = tm()
        localtime_r(&seconds, &parts)
        return parts
    }

    private static func two(_ value: Int32) -> String { value < 10 ? "0\(value)" : "\(value)" }

    private static func four(_ value: Int32) -> String {
        let text = String(value)
        return String(repeating: "0", count: max(0, 4 - text.utf8.count)) + text
    }
}
