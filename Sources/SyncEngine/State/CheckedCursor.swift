// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// Reads numbers, as ``ByteCursor`` does, from bytes that come from outside: each read is checked.
struct CheckedCursor {
    let bytes: [UInt8]
    private(set) var offset: Int

    init(_ bytes: [UInt8], at offset: Int = 0) {
        self.bytes = bytes
        self.offset = offset
    }

    var isAtEnd: Bool { offset >= bytes.count }

    mutating func byte() throws(StateDamage) -> UInt8 {
        guard offset < bytes.count else { throw StateDamage() }
        defer { offset += 1 }
        return bytes[offset]
    }

    /// An unsigned LEB128 number of at most 64 bits.
    mutating func number() throws(StateDamage) -> UInt64 {
        let next = try byte()
        if next < 0x80 { return UInt64(next) }
        var value = UInt64(next & 0x7f), shift: UInt64 = 7
        while true {
            let next = try byte()
            guard shift < 63 || next <= 1 else { throw StateDamage() }
            value |= UInt64(next & 0x7f) << shift
            if next < 0x80 { return value }
            shift += 7
            guard shift <= 63 else { throw StateDamage() }
        }
    }

    mutating func signed() throws(StateDamage) -> Int64 {
        let value = try number()
        return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
    }

    /// Where the next `count` bytes lie, which are passed over.
    mutating func range(_ count: UInt64) throws(StateDamage) -> Range<Int> {
        guard count <= UInt64(bytes.count - offset) else { throw StateDamage() }
        let start = offset
        offset += Int(count)
        return start..<offset
    }
}
