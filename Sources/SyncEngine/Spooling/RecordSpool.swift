// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

/// An append-only sequence of byte records: the first few in memory, the rest compressed in a temporary file.
///
/// Written to its end by one task, then read any number of times.
final class RecordSpool: @unchecked Sendable {  // safe: one writer, readers only after `finish()`
    /// Bytes of records that are compressed together.
    private static let blockSize = 64 << 10

    private let directory: String
    private let memoryMax: Int
    private var current = [UInt8]()
    private var inMemory: [[UInt8]] = []
    private var memorySize = 0
    private var packer: BlockPacker?
    private var file: ScratchFile?
    private var fileSize: Int64 = 0
    /// Records appended so far.
    private(set) var count = 0

    /// A spool that keeps about `memoryMax` bytes before it makes a file in `directory`.
    init(directory: String, memoryMax: Int) {
        self.directory = directory
        self.memoryMax = memoryMax
    }

    /// Appends the record that `encode` writes behind the bytes it is given.
    func append(_ encode: (inout [UInt8]) -> Void) throws(StorageError) {
        if current.capacity == 0 { current.reserveCapacity(Self.blockSize + 4096) }
        encode(&current)
        count += 1
        if current.count >= Self.blockSize { try flush() }
    }

    /// Ends writing.
    func finish() throws(StorageError) {
        try flush()
        current = []
        packer = nil
    }

    /// A cursor at the first record.
    func reader() -> BlockReader { BlockReader(self) }

    private func flush() throws(StorageError) {
        guard !current.isEmpty else { return }
        if file == nil, memorySize + current.count <= memoryMax {
            inMemory.append(current)
            memorySize += current.count
        } else {
            let file = try openFile()
            let packed = try pack()
            var block = [UInt8]()
            block.reserveCapacity(packed.count + 8)
            block.append(fixed: UInt32(packed.count))
            block.append(fixed: UInt32(current.count))
            block += packed
            try file.write(block, at: fileSize)
            fileSize += Int64(block.count)
        }
        current.removeAll(keepingCapacity: true)
    }

    private func openFile() throws(StorageError) -> ScratchFile {
        if let file { return file }
        let created = try ScratchFile(in: directory)
        file = created
        return created
    }

    private func pack() throws(StorageError) -> [UInt8] {
        if packer == nil { packer = BlockPacker() }
        guard let packed = try packer?.packed(current) else { return current }
        return packed
    }

    /// Gives a spool's blocks one after another; each holds whole records.
    struct BlockReader {
        private let spool: RecordSpool
        private var memoryIndex = 0
        private var offset: Int64 = 0

        fileprivate init(_ spool: RecordSpool) { self.spool = spool }

        /// The next block; nil after the last.
        mutating func next() throws(StorageError) -> [UInt8]? {
            if memoryIndex < spool.inMemory.count {
                defer { memoryIndex += 1 }
                return spool.inMemory[memoryIndex]
            }
            guard let file = spool.file, offset < spool.fileSize else { return nil }
            let head = try file.read(8, at: offset)
            var cursor = ByteCursor(head)
            let packed = Int(cursor.fixed32()), raw = Int(cursor.fixed32())
            let block = try BlockUnpacker.unpacked(try file.read(packed, at: offset + 8), count: raw)
            offset += 8 + Int64(packed)
            return block
        }
    }
}
