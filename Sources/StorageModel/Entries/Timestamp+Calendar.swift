// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// Civil time in UTC, without Foundation: listings carry one ISO 8601 time an entry and are parsed by the million.
/// Days and dates are converted by the algorithm of H. Hinnant, "chrono-compatible low-level date algorithms" (2013).
extension Timestamp {
    /// Reads `yyyy-MM-ddTHH:mm:ss[.fraction](Z|±HH:MM)`; nil when the bytes are not that (RFC 3339).
    public init?(rfc3339 bytes: some Collection<UInt8>) {
        var rest = Array(bytes)[...]
        func number(_ count: Int) -> Int64? {
            guard rest.count >= count else { return nil }
            var value: Int64 = 0
            for byte in rest.prefix(count) {
                guard byte >= 48, byte <= 57 else { return nil }
                value = value * 10 + Int64(byte - 48)
            }
            rest = rest.dropFirst(count)
            return value
        }
        func skip(_ allowed: UInt8...) -> Bool {
            guard let first = rest.first, allowed.contains(first) else { return false }
            rest = rest.dropFirst()
            return true
        }
        guard let year = number(4), skip(45), let month = number(2), skip(45), let day = number(2),
            skip(84, 116, 32), let hour = number(2), skip(58), let minute = number(2), skip(58),
            let second = number(2), (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60,
            second <= 60
        else { return nil }
        var nanoseconds: Int64 = 0
        if skip(46) {
            let digits = rest.prefix { $0 >= 48 && $0 <= 57 }
            guard !digits.isEmpty else { return nil }
            for index in 0..<9 {
                let digit = index < digits.count ? Int64(digits[digits.startIndex + index] - 48) : 0
                nanoseconds = nanoseconds * 10 + digit
            }
            rest = rest.dropFirst(digits.count)
        }
        var offset: Int64 = 0
        if !skip(90, 122) {
            guard let sign = rest.first, sign == 43 || sign == 45 else { return nil }
            rest = rest.dropFirst()
            guard let hours = number(2), skip(58), let minutes = number(2) else { return nil }
            offset = (hours * 3600 + minutes * 60) * (sign == 45 ? -1 : 1)
        }
        guard rest.isEmpty else { return nil }
        let seconds = Self.days(year: year, month: month, day: day) * 86_400 + hour * 3600 + minute * 60 + second
        self.init(seconds: seconds - offset, nanoseconds: UInt32(nanoseconds))
    }

    /// Days from 1970-01-01 to a date of the proleptic Gregorian calendar.
    public static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    /// The date and time of day in UTC.
    public var calendar: (year: Int64, month: Int64, day: Int64, hour: Int64, minute: Int64, second: Int64) {
        let dayNumber = seconds >= 0 ? seconds / 86_400 : -((-seconds + 86_399) / 86_400)
        let time = seconds - dayNumber * 86_400
        let shifted = dayNumber + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthIndex = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthIndex + 2) / 5 + 1
        let month = monthIndex < 10 ? monthIndex + 3 : monthIndex - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, day, time / 3600, time / 60 % 60, time % 60)
    }

    /// `yyyy-MM-ddTHH:mm:ss[.fraction]Z` with `digits` fractional digits (0 ... 9), cut, not rounded.
    public func rfc3339(fractionDigits digits: Int = 0) -> String {
        let c = calendar
        func pad(_ value: Int64, _ width: Int) -> String {
            let text = String(value)
            return String(repeating: "0", count: max(0, width - text.utf8.count)) + text
        }
        var text = "\(pad(c.year, 4))-\(pad(c.month, 2))-\(pad(c.day, 2))T"
        text += "\(pad(c.hour, 2)):\(pad(c.minute, 2)):\(pad(c.second, 2))"
        if digits > 0 { text += "." + pad(Int64(nanoseconds), 9).prefix(digits) }
        return text + "Z"
    }
}
