// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// What XML 1.0 can carry (https://www.w3.org/TR/xml/#charsets): no control characters but tab, LF and CR, no U+FFFE
/// and no U+FFFF.
enum MarkupText {
    /// How many bytes of `bytes`, which are UTF-8, come before the first character that XML cannot carry.
    static func carriedPrefix(_ bytes: UnsafeRawBufferPointer) -> Int {
        for index in bytes.indices {
            let byte = bytes[index]
            if byte < 32, byte != 9, byte != 10, byte != 13 { return index }
            if byte == 0xef, index + 2 < bytes.count, bytes[index + 1] == 0xbf, bytes[index + 2] >= 0xbe {
                return index
            }
        }
        return bytes.count
    }
}
