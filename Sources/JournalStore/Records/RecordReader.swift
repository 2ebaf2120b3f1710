// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

/// Reads back what a ``RecordWriter`` wrote. The bytes may be anything: whatever does not fit is an error.
struct RecordReader {
    private let bytes: [UInt8]
    private var offset = 1

    /// `version`: the only form that is understood.
    init(_ bytes: [UInt8], version: UInt8) throws(DamagedRecord) {
        guard bytes.first == version else { throw DamagedRecord("a record of an unknown form") }
        self.bytes = bytes
    }

    var isAtEnd: Bool { offset == bytes.count }

    /// Ends the reading: nothing may follow.
    func finish() throws(DamagedRecord) {
        if !isAtEnd { throw DamagedRecord("a record with something behind it") }
    }

    mutating func byte() throws(DamagedRecord) -> UInt8 {
        guard offset < bytes.count else { throw DamagedRecord("a record that ends too early") }
        defer { offset += 1 }
        return bytes[offset]
    }

    mutating func flag() throws(DamagedRecord) -> Bool {
        switch try byte() {
        case 0: return false
        case 1: return true
        default: throw DamagedRecord("a flag that is neither 0 nor 1")
        }
    }

    mutating func number() throws(DamagedRecord) -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: 0, through: 63, by: 7) {
            let next = try byte()
            if shift == 63, next > 1 { break }
            value |= UInt64(next & 0x7f) << UInt64(shift)
            if next < 0x80 { return value }
        }
        throw DamagedRecord("a number of more than 64 bits")
    }

    mutating func signed() throws(DamagedRecord) -> Int64 {
        let value = try number()
        return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
    }

    /// A number that counts things of at least one byte each that follow.
    mutating func count() throws(DamagedRecord) -> Int {
        let value = try number()
        guard value <= UInt64(bytes.count - offset) else { throw DamagedRecord("a length beyond the record's end") }
        return Int(value)
    }

    /// Bytes with their length before them; shares the record's buffer.
    mutating func data() throws(DamagedRecord) -> SharedBytes {
        let count = try count()
        defer { offset += count }
        return SharedBytes(bytes, offset..<offset + count)
    }

    mutating func text() throws(DamagedRecord) -> String { try data().text }

    mutating func time() throws(DamagedRecord) -> Timestamp {
        let seconds = try signed(), nanoseconds = try number()
        guard nanoseconds < 1_000_000_000 else { throw DamagedRecord("a time with too many nanoseconds") }
        return Timestamp(seconds: seconds, nanoseconds: UInt32(nanoseconds))
    }

    mutating func checksum() throws(DamagedRecord) -> Checksum {
        let code = try byte(), parts = try number(), digest = try data().array
        guard let algorithm = ChecksumAlgorithm(recordCode: code), digest.count == algorithm.length,
            let parts = Int(exactly: parts)
        else { throw DamagedRecord("a checksum that is none") }
        return Checksum(algorithm, digest, parts: parts > 0 ? parts : nil)
    }

    mutating func optional<Value>(
        _ read: (inout RecordReader) throws(DamagedRecord) -> Value
    ) throws(DamagedRecord) -> Value? {
        try flag() ? try read(&self) : nil
    }
}
