// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// Base64 with the standard alphabet and padding (RFC 4648, section 4).
package enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 255, count: 256)
        for (value, character) in alphabet.enumerated() { values[Int(character)] = UInt8(value) }
        return values
    }()

    package static func encode(_ bytes: [UInt8]) -> String {
        let length = (bytes.count + 2) / 3 * 4
        return String(unsafeUninitializedCapacity: length) { text in
            var (from, to) = (0, 0)
            while from < bytes.count {
                let second = from + 1 < bytes.count ? bytes[from + 1] : 0
                let third = from + 2 < bytes.count ? bytes[from + 2] : 0
                let group = UInt32(bytes[from]) << 16 | UInt32(second) << 8 | UInt32(third)
                for index in 0..<4 { text[to + index] = alphabet[Int(group >> UInt32(18 - 6 * index) & 63)] }
                from += 3
                to += 4
            }
            for index in 0..<max(0, from - bytes.count) { text[length - 1 - index] = UInt8(ascii: "=") }
            return length
        }
    }

    /// The bytes of `text`; nil unless it is whole, padded Base64 with nothing else in it and no stray bits.
    package static func decode(_ text: String) -> [UInt8]? {
        let digits = Array(text.utf8)
        guard digits.count % 4 == 0 else { return nil }
        let padding = digits.reversed().prefix { $0 == UInt8(ascii: "=") }.count
        guard padding <= 2 else { return nil }
        var bytes = [UInt8]()
        bytes.reserveCapacity(digits.count / 4 * 3)
        var (bits, count) = (UInt32(0), 0)
        for digit in digits.dropLast(padding) {
            let value = values[Int(digit)]
            guard value < 64 else { return nil }
            bits = bits << 6 | UInt32(value)
            count += 6
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
            }
        }
        guard bits & (1 << UInt32(count) - 1) == 0 else { return nil }
        return bytes
    }
}
