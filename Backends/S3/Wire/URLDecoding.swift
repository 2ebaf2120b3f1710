// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// Decodes what `encoding-type=url` encodes: `%XX` is a byte, `+` a space.
enum URLDecoding {
    /// Decodes `range` of `bytes` where it lies and returns the shorter range; nil when an escape is not whole.
    static func decode(_ bytes: inout [UInt8], _ range: Range<Int>) -> Range<Int>? {
        bytes.withUnsafeMutableBufferPointer { bytes in
            var (from, to) = (range.lowerBound, range.lowerBound)
            while from < range.upperBound {
                var byte = bytes[from]
                if byte == UInt8(ascii: "+") {
                    byte = UInt8(ascii: " ")
                } else if byte == UInt8(ascii: "%") {
                    guard from + 2 < range.upperBound, let high = value(bytes[from + 1]),
                        let low = value(bytes[from + 2])
                    else { return nil }
                    byte = high << 4 | low
                    from += 2
                }
                bytes[to] = byte
                from += 1
                to += 1
            }
            return range.lowerBound..<to
        }
    }

    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case 48...57: digit - 48
        case 97...102: digit - 87
        case 65...70: digit - 55
        default: nil
        }
    }
}
