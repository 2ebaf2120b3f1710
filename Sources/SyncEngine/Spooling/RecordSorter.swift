// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

/// Sorts records that came in any order, in bounded memory: runs are sorted, spooled and merged. Of a key that came
/// several times the last record counts.
struct RecordSorter {
    /// What bounds the memory.
    struct Limits {
        /// Bytes of records that are sorted at once.
        var runSize = 32 << 20
        /// Runs that are merged at once, each with a block in memory.
        var fanIn = 64
    }

    private struct Slot {
        var start: UInt32
        var keyCount: UInt32
        var end: UInt32

        var key: Range<Int> { Int(start)..<Int(start + keyCount) }
        var value: Range<Int> { Int(start + keyCount)..<Int(end) }
    }

    private let order: ListingOrder
    private let directory: String
    private let limits: Limits
    private var bytes: [UInt8] = []
    private var slots: [Slot] = []
    /// Sorted runs, older ones first.
    private var runs: [RecordSpool] = []
    private(set) var count = 0

    init(order: ListingOrder, directory: String, limits: Limits = Limits()) {
        self.order = order
        self.directory = directory
        self.limits = limits
    }

    mutating func append(_ key: [UInt8], _ value: [UInt8]) throws(StorageError) {
        try key.withUnsafeBufferPointer { (key) throws(StorageError) in
            try value.withUnsafeBufferPointer { (value) throws(StorageError) in
                try append(UnsafeRawBufferPointer(key), UnsafeRawBufferPointer(value))
            }
        }
    }

    mutating func append(_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) throws(StorageError) {
        let start = UInt32(bytes.count)
        bytes.append(contentsOf: key)
        bytes.append(contentsOf: value)
        slots.append(Slot(start: start, keyCount: UInt32(key.count), end: UInt32(bytes.count)))
        count += 1
        guard bytes.count + slots.count * MemoryLayout<Slot>.stride >= limits.runSize else { return }
        try endRun(memoryMax: 0)
        if runs.count == limits.fanIn { runs = [try spooled(Self.merged(runs[...], order))] }
    }

    /// All records in order.
    mutating func sorted() throws(StorageError) -> any RecordStream {
        // What fits one run needs no file.
        try endRun(memoryMax: runs.isEmpty ? .max : 0)
        return try Self.merged(runs[...], order)
    }

    private mutating func endRun(memoryMax: Int) throws(StorageError) {
        guard !slots.isEmpty || runs.isEmpty else { return }
        let spool = RecordSpool(directory: directory, memoryMax: memoryMax)
        let order = order
        var slots = slots
        try bytes.withUnsafeBufferPointer { (buffer: UnsafeBufferPointer<UInt8>) throws(StorageError) in
            let bytes = UnsafeRawBufferPointer(buffer)
            func compare(_ a: Slot, _ b: Slot) -> Int {
                order.compare(
                    UnsafeRawBufferPointer(rebasing: bytes[a.key]), UnsafeRawBufferPointer(rebasing: bytes[b.key]))
            }
            slots.sort { a, b in
                let difference = compare(a, b)
                return difference != 0 ? difference < 0 : a.start < b.start
            }
            for (index, slot) in slots.enumerated() {
                if index + 1 < slots.count, compare(slot, slots[index + 1]) == 0 { continue }
                try spool.append { block in
                    block.append(number: UInt64(slot.key.count))
                    block.append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes[slot.key]))
                    block.append(number: UInt64(slot.value.count))
                    block.append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes[slot.value]))
                }
            }
        }
        try spool.finish()
        runs.append(spool)
        self.slots.removeAll(keepingCapacity: true)
        bytes.removeAll(keepingCapacity: true)
    }

    private func spooled(_ stream: any RecordStream) throws(StorageError) -> RecordSpool {
        let spool = RecordSpool(directory: directory, memoryMax: 0)
        while stream.hasRecord {
            let record = stream.withRecord { key, value in
                var record: [UInt8] = []
                record.append(number: UInt64(key.count))
                record.append(contentsOf: key)
                record.append(number: UInt64(value.count))
                record.append(contentsOf: value)
                return record
            }
            try spool.append { $0 += record }
            try stream.advance()
        }
        try spool.finish()
        return spool
    }

    /// A tree of merges of two.
    private static func merged(
        _ runs: ArraySlice<RecordSpool>, _ order: ListingOrder
    ) throws(StorageError) -> any RecordStream {
        guard runs.count > 1 else { return try SortedSpool(runs.first) }
        let middle = runs.startIndex + runs.count / 2
        return MergedRecords(
            older: try merged(runs[..<middle], order), newer: try merged(runs[middle...], order), order: order)
    }
}
