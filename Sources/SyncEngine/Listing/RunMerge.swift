// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

/// Merges sorted spools of entries: a binary heap of the spools by their next key.
struct RunMerge {
    private struct Head {
        var entry: Entry
        var cursor: ByteCursor
        var blocks: RecordSpool.BlockReader
    }

    private let order: ListingOrder
    private var heap: [Head] = []

    init(_ spools: [RecordSpool], order: ListingOrder) throws(StorageError) {
        self.order = order
        for spool in spools {
            var blocks = spool.reader()
            guard let block = try blocks.next() else { continue }
            var cursor = ByteCursor(block)
            heap.append(Head(entry: EntryRecord.decode(&cursor), cursor: cursor, blocks: blocks))
        }
        for index in stride(from: heap.count / 2 - 1, through: 0, by: -1) { sink(index) }
    }

    /// The least entry that is left.
    mutating func next() throws(StorageError) -> Entry? {
        guard let least = heap.first?.entry else { return nil }
        if heap[0].cursor.isAtEnd {
            if let block = try heap[0].blocks.next() {
                heap[0].cursor = ByteCursor(block)
            } else {
                heap.swapAt(0, heap.count - 1)
                heap.removeLast()
                sink(0)
                return least
            }
        }
        heap[0].entry = EntryRecord.decode(&heap[0].cursor)
        sink(0)
        return least
    }

    private mutating func sink(_ start: Int) {
        var index = start
        while true {
            var least = index
            for child in [2 * index + 1, 2 * index + 2] where child < heap.count && isBefore(child, least) {
                least = child
            }
            if least == index { return }
            heap.swapAt(index, least)
            index = least
        }
    }

    private func isBefore(_ a: Int, _ b: Int) -> Bool {
        order.compare(heap[a].entry.key, dropping: 0, heap[b].entry.key, dropping: 0) < 0
    }
}
