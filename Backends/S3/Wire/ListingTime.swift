// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

/// The times of listings, read without allocating: every key carries one.
enum ListingTime {
    /// Reads `yyyy-MM-ddTHH:mm:ss[.fraction]Z`; other forms of RFC 3339 take the general path.
    static func parse(_ bytes: UnsafeRawBufferPointer) -> Timestamp? {
        guard bytes.count >= 20, bytes[bytes.count - 1] == UInt8(ascii: "Z"), bytes[4] == UInt8(ascii: "-"),
            bytes[7] == UInt8(ascii: "-"), bytes[10] == UInt8(ascii: "T"), bytes[13] == UInt8(ascii: ":"),
            bytes[16] == UInt8(ascii: ":"), let year = number(bytes, 0, 4), let month = number(bytes, 5, 7),
            let day = number(bytes, 8, 10), let hour = number(bytes, 11, 13), let minute = number(bytes, 14, 16),
            let second = number(bytes, 17, 19), month >= 1, month <= 12, day >= 1, day <= 31, hour < 24,
            minute < 60, second <= 60
        else { return Timestamp(rfc3339: bytes) }
        var nanoseconds: Int64 = 0
        if bytes.count > 20 {
            let digits = min(bytes.count - 21, 9)
            guard bytes[19] == UInt8(ascii: "."), digits > 0, let fraction = number(bytes, 20, 20 + digits),
                number(bytes, 20 + digits, bytes.count - 1) != nil
            else { return nil }
            nanoseconds = fraction
            for _ in digits..<9 { nanoseconds *= 10 }
        }
        let days = Timestamp.days(year: year, month: month, day: day)
        return Timestamp(
            seconds: days * 86_400 + hour * 3600 + minute * 60 + second, nanoseconds: UInt32(nanoseconds))
    }

    private static func number(_ bytes: UnsafeRawBufferPointer, _ start: Int, _ end: Int) -> Int64? {
        guard end - start <= 18 else { return nil }
        var value: Int64 = 0
        for index in start..<end {
            let digit = bytes[index]
            guard digit >= 48, digit <= 57 else { return nil }
            value = value * 10 + Int64(digit - 48)
        }
        return value
    }
}
