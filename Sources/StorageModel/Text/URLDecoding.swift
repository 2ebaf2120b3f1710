// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// Decodes what S3 encodes in listings (`encoding-type=url`) and inventories: `%XX` is a byte, `+` a space.
package enum URLDecoding {
    /// Decodes `range` of `bytes` where it lies and returns the shorter range; nil when an escape is not whole.
    package static func decode(_ bytes: inout [UInt8], _ range: Range<Int>) -> Range<Int>? {
        bytes.withUnsafeMutableBufferPointer { bytes in
            var (from, to) = (range.lowerBound, range.lowerBound)
            while from < range.upperBound {
                var byte = bytes[from]
                if byte == UInt8(ascii: "+") {
                    byte = UInt8(ascii: " ")
                } else if byte == UInt8(ascii: "%") {
                    guard from + 2 < range.upperBound, let high = HexDigit.value(bytes[from + 1]),
                        let low = HexDigit.value(bytes[from + 2])
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
}
