// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import StorageModel

/// A time as signatures write it: `20130524T000000Z`, whose first eight characters are the day.
struct SigningTime {
    let text: String
    let day: String

    init(_ time: Timestamp) {
        let calendar = time.calendar
        func put(_ value: Int64, _ digits: Int, at place: Int, in text: UnsafeMutableBufferPointer<UInt8>) {
            var value = value
            for index in stride(from: place + digits - 1, through: place, by: -1) {
                text[index] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value % 10)
                value /= 10
            }
        }
        text = String(unsafeUninitializedCapacity: 16) { text in
            put(calendar.year, 4, at: 0, in: text)
            put(calendar.month, 2, at: 4, in: text)
            put(calendar.day, 2, at: 6, in: text)
            text[8] = UInt8(ascii: "T")
            put(calendar.hour, 2, at: 9, in: text)
            put(calendar.minute, 2, at: 11, in: text)
            put(calendar.second, 2, at: 13, in: text)
            text[15] = UInt8(ascii: "Z")
            return 16
        }
        day = String(text.prefix(8))
    }
}
