// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

/// Appends blocks to a file of state.
final class StateWriter: @unchecked Sendable {  // safe: used under a lock (RunState), or by the task that made it
    let file: NamedFile
    private var packer = BlockPacker()
    private var records: [UInt8] = []
    private var count: UInt64 = 0
    private var last: [UInt8] = []
    /// Bytes of the file that are written.
    private(set) var size: Int64
    /// Records that were appended.
    private(set) var total: UInt64 = 0

    /// Goes on at `offset`; at 0 the file begins with its magic. Either way a header comes first.
    init(_ file: NamedFile, at offset: Int64 = 0, _ header: StateHeader) throws(StorageError) {
        self.file = file
        size = offset
        if offset == 0 {
            try file.write(StateBlock.magic, at: 0)
            size = Int64(StateBlock.magic.count)
        }
        try write(.header, header.bytes)
    }

    /// Appends a record, which is written with the block that it fills.
    func append(_ key: UnsafeRawBufferPointer, _ proof: UnsafeRawBufferPointer) throws(StorageError) {
        guard key.count <= StateRecord.keyMax, proof.count <= StateRecord.proofMax else { return }
        let shared = count == 0 ? 0 : Self.sharedCount(last, key)
        let suffix = UnsafeRawBufferPointer(rebasing: key[shared...])
        records.append(number: UInt64(shared))
        records.append(number: UInt64(suffix.count))
        records.append(contentsOf: suffix)
        records.append(number: UInt64(proof.count))
        records.append(contentsOf: proof)
        last.removeLast(last.count - shared)
        last.append(contentsOf: suffix)
        count += 1
        total += 1
        if records.count >= StateBlock.size { try flush() }
    }

    /// Writes the block that is begun.
    func flush() throws(StorageError) {
        guard count > 0 else { return }
        var content: [UInt8] = []
        content.reserveCapacity(records.count + 10)
        content.append(number: count)
        content += records
        records.removeAll(keepingCapacity: true)
        last.removeAll(keepingCapacity: true)
        count = 0
        try write(.records, content)
    }

    /// Ends a base.
    func finish() throws(StorageError) {
        try flush()
        var content: [UInt8] = []
        content.append(number: total)
        try write(.end, content)
    }

    func write(_ kind: StateBlock.Kind, _ content: [UInt8]) throws(StorageError) {
        let packed = try packer.packed([kind.rawValue] + content)
        var block: [UInt8] = []
        block.reserveCapacity(packed.count + StateBlock.headSize)
        block.append(fixed: UInt32(packed.count))
        block.append(fixed: UInt32(content.count + 1))
        block += packed
        try file.write(block, at: size)
        size += Int64(block.count)
    }

    private static func sharedCount(_ last: [UInt8], _ key: UnsafeRawBufferPointer) -> Int {
        last.withUnsafeBytes { last in
            let limit = min(last.count, key.count)
            var index = 0
            while index < limit, last[index] == key[index] { index += 1 }
            return index
        }
    }
}
