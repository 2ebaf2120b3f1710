// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import Foundation
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
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .current
        let components = DateComponents(
            year: Int(year), month: Int(month), day: Int(dayOfMonth), hour: Int(hour), minute: Int(minute),
            second: Int(second))
        guard let date = calendar.date(from: components) else { return nil }
        return Timestamp(seconds: Int64(date.timeIntervalSince1970.rounded(.down)), nanoseconds: utc.nanoseconds)
    }
}
