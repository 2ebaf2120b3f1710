// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

/// Builds the bytes of one record, field by field. Its first byte is the version of its form.
struct RecordWriter {
    private(set) var bytes: [UInt8]

    init(version: UInt8, capacity: Int = 128) {
        bytes = []
        bytes.reserveCapacity(capacity)
        bytes.append(version)
    }

    mutating func append(_ byte: UInt8) { bytes.append(byte) }

    /// An unsigned LEB128 number.
    mutating func append(number value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    /// A signed number, small magnitudes short (zigzag).
    mutating func append(signed value: Int64) {
        append(number: UInt64(bitPattern: value << 1 ^ value >> 63))
    }

    mutating func append(data: SharedBytes) {
        append(number: UInt64(data.count))
        data.withUnsafeBytes { bytes.append(contentsOf: $0) }
    }

    mutating func append(text: String) { append(data: SharedBytes(text)) }

    mutating func append(time: Timestamp) {
        append(signed: time.seconds)
        append(number: UInt64(time.nanoseconds))
    }

    mutating func append(checksum: Checksum) {
        append(checksum.algorithm.recordCode)
        append(number: UInt64(checksum.parts ?? 0))
        append(data: SharedBytes(checksum.bytes))
    }

    /// A byte that says whether a value follows, and the value.
    mutating func append<Value>(optional value: Value?, _ append: (inout RecordWriter, Value) -> Void) {
        self.append(value == nil ? 0 : 1)
        if let value { append(&self, value) }
    }
}

extension ChecksumAlgorithm {
    /// What a record calls the algorithm; never given to another one.
    var recordCode: UInt8 {
        switch self {
        case .md5: 1
        case .crc32: 2
        case .crc32c: 3
        case .crc64nvme: 4
        case .sha1: 5
        case .sha256: 6
        }
    }

    init?(recordCode: UInt8) {
        guard let algorithm = Self.allCases.first(where: { $0.recordCode == recordCode }) else { return nil }
        self = algorithm
    }
}
