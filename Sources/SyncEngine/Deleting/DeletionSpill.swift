// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

/// What a sync is going to delete at the target, kept until everything else has succeeded: a few thousand in memory,
/// more on disk.
final class DeletionSpill: @unchecked Sendable {  // safe: written by the merge, read after it ended
    private let spool: RecordSpool
    private(set) var bytes: Int64 = 0

    /// A spill that may use files in `directory`.
    init(directory: String, memoryMax: Int = 512 << 10) {
        spool = RecordSpool(directory: directory, memoryMax: memoryMax)
    }

    var count: Int { spool.count }

    /// `slot`: the deletion's place in the journal.
    func append(_ entry: Entry, _ slot: JournalSlot?) throws(StorageError) {
        bytes += entry.size
        try spool.append { block in
            EntryRecord.encode(entry, into: &block)
            block.append(number: slot.map { UInt64($0.index) + 1 } ?? 0)
            if let slot { block.append(signed: slot.batch) }
        }
    }

    func finish() throws(StorageError) { try spool.finish() }

    /// One thing to delete.
    struct Item: Sendable {
        /// As it was listed.
        var entry: Entry
        var slot: JournalSlot?

        var key: ObjectKey { entry.key }
        var size: Int64 { entry.size }
    }

    /// Reads everything from the start, in batches of at most `count`.
    func batches(of count: Int) -> Batches { Batches(blocks: spool.reader(), count: max(count, 1)) }

    struct Batches {
        fileprivate var blocks: RecordSpool.BlockReader
        fileprivate let count: Int
        fileprivate var cursor = ByteCursor([])

        fileprivate init(blocks: RecordSpool.BlockReader, count: Int) {
            self.blocks = blocks
            self.count = count
        }

        /// The next batch; nil after the last.
        mutating func next() throws(StorageError) -> [Item]? {
            var items = [Item]()
            while items.count < count {
                if cursor.isAtEnd {
                    guard let block = try blocks.next() else { break }
                    cursor = ByteCursor(block)
                }
                var item = Item(entry: EntryRecord.decode(&cursor))
                let place = Int(cursor.number())
                if place > 0 { item.slot = JournalSlot(batch: cursor.signed(), index: place - 1) }
                items.append(item)
            }
            return items.isEmpty ? nil : items
        }
    }
}
