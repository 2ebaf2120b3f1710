// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

/// Reads back, field by field, what the `append` methods below wrote. The bytes are our own, never from outside.
struct ByteCursor {
    let bytes: [UInt8]
    private(set) var offset = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { offset == bytes.count }

    mutating func byte() -> UInt8 {
        defer { offset += 1 }
        return bytes[offset]
    }

    mutating func fixed32() -> UInt32 {
        (0..<4).reduce(UInt32(0)) { value, index in value | UInt32(byte()) << UInt32(8 * index) }
    }

    /// An unsigned LEB128 number.
    mutating func number() -> UInt64 {
        var value: UInt64 = 0, shift: UInt64 = 0
        while true {
            let next = byte()
            value |= UInt64(next & 0x7f) << shift
            if next < 0x80 { return value }
            shift += 7
        }
    }

    mutating func signed() -> Int64 {
        let value = number()
        return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
    }

    /// Bytes with their length before them; shares the block's buffer.
    mutating func data() -> SharedBytes {
        let count = Int(number())
        defer { offset += count }
        return SharedBytes(bytes, offset..<offset + count)
    }
}

extension [UInt8] {
    mutating func append(fixed value: UInt32) {
        for index in 0..<4 { append(UInt8(truncatingIfNeeded: value >> UInt32(8 * index))) }
    }

    /// An unsigned LEB128 number.
    mutating func append(number value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        append(UInt8(rest))
    }

    /// A signed number, small magnitudes short (zigzag).
    mutating func append(signed value: Int64) {
        append(number: UInt64(bitPattern: value << 1 ^ value >> 63))
    }

    mutating func append(data: SharedBytes) {
        append(number: UInt64(data.count))
        data.withUnsafeBytes { append(contentsOf: $0) }
    }
}
