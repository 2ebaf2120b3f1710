// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

/// Takes the records out of one block after another. It keeps one key and allocates nothing for a record.
struct StateRecordReader {
    /// In which keys must come, each above the one before it; nil: in none.
    let order: ListingOrder?
    private var cursor = CheckedCursor([])
    private var left: UInt64 = 0
    private var isFirst = true
    private var key: [UInt8] = []
    private var proof = 0..<0

    init(order: ListingOrder?) { self.order = order }

    /// Whether the block has no more records.
    var isDry: Bool { left == 0 }

    /// Goes on with the records of a block. Returns their count.
    mutating func begin(_ content: CheckedCursor) throws(StateDamage) -> UInt64 {
        cursor = content
        left = try cursor.number()
        isFirst = true
        guard left > 0 else { throw StateDamage() }
        return left
    }

    /// Reads the next record of the block.
    mutating func next() throws(StateDamage) {
        let shared = try cursor.number()
        let suffix = try cursor.range(try cursor.number())
        proof = try cursor.range(try cursor.number())
        guard shared <= (isFirst ? 0 : UInt64(key.count)), Int(shared) + suffix.count <= StateRecord.keyMax,
            proof.count <= StateRecord.proofMax
        else { throw StateDamage() }
        let isAbove = cursor.bytes.withUnsafeBytes { bytes in
            let suffix = UnsafeRawBufferPointer(rebasing: bytes[suffix])
            if let order {
                let isAbove = key.withUnsafeBytes { key in
                    order.compare(UnsafeRawBufferPointer(rebasing: key[Int(shared)...]), suffix) < 0
                }
                guard isAbove else { return false }
            }
            key.removeLast(key.count - Int(shared))
            key.append(contentsOf: suffix)
            return true
        }
        guard isAbove else { throw StateDamage() }
        isFirst = false
        left -= 1
        if left == 0, !cursor.isAtEnd { throw StateDamage() }
    }

    /// The record that was read last.
    func withRecord<R>(_ body: (_ key: UnsafeRawBufferPointer, _ proof: UnsafeRawBufferPointer) -> R) -> R {
        key.withUnsafeBytes { key in
            cursor.bytes.withUnsafeBytes { body(key, UnsafeRawBufferPointer(rebasing: $0[proof])) }
        }
    }
}
