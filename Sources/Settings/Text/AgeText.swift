// Part of godwit. SPDX-License-Identifier: Apache-2.0

private import Glibc
package import StorageModel

/// Ages: a duration before now, or a point in time (RFC 3339, or a local `2006-01-02`, `2006-01-02 15:04:05`).
package enum AgeText {
    /// How long before `now` the point in time lies that `text` means.
    package static func age(_ text: String, now: Timestamp) throws(StorageError) -> Duration {
        if let time = Timestamp(rfc3339: text.utf8) ?? localTime(text) {
            let distance = time.distance(to: now)
            return time <= now ? distance : .zero - distance
        }
        do throws(StorageError) {
            return try DurationText.duration(text)
        } catch {
            throw StorageError(
                .invalidConfiguration, during: .validate,
                message: "\"\(text)\" is neither a duration nor a point in time",
                advice: "write numbers with s, m, h, d, w, M or y, such as 2d, or a time such as 2026-01-31T12:00:00Z")
        }
    }

    /// A date, or a date and a time, in the time zone of this machine.
    private static func localTime(_ text: String) -> Timestamp? {
        let day = text.utf8.count == 10 ? "\(text)T00:00:00" : text
        guard let utc = Timestamp(rfc3339: "\(day)Z".utf8) else { return nil }
        let (year, month, dayOfMonth, hour, minute, second) = utc.calendar
        var local = tm()
        (local.tm_year, local.tm_mon, local.tm_mday) = (Int32(year) - 1900, Int32(month) - 1, Int32(dayOfMonth))
        (local.tm_hour, local.tm_min, local.tm_sec) = (Int32(hour), Int32(minute), Int32(second))
        // Whether it is summer time then, the zone tells. The day of the week shows whether there was an answer.
        (local.tm_isdst, local.tm_wday) = (-1, -1)
        let seconds = mktime(&local)
        return local.tm_wday < 0 ? nil : Timestamp(seconds: Int64(seconds), nanoseconds: utc.nanoseconds)
    }
}
