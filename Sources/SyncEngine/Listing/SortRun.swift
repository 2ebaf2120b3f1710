// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

/// Entries that are sorted together in memory, kept as the records that go to the spool.
struct SortRun {
    private struct Slot {
        var keyStart: UInt32
        var keyCount: UInt32
        var start: UInt32
        var end: UInt32
    }

    private let order: ListingOrder
    private var bytes = [UInt8]()
    private var slots: [Slot] = []

    init(order: ListingOrder) { self.order = order }

    var count: Int { slots.count }
    /// Bytes in memory.
    var size: Int { bytes.count + slots.count * MemoryLayout<Slot>.stride }

    mutating func append(_ entry: Entry) {
        let start = UInt32(bytes.count)
        EntryRecord.encode(entry, into: &bytes)
        let keyCount = UInt32(entry.key.bytes.count)
        let head = UInt32(Self.lengthOfNumber(UInt64(keyCount)))
        slots.append(Slot(keyStart: start + head, keyCount: keyCount, start: start, end: UInt32(bytes.count)))
    }

    /// Writes the records in order and forgets them.
    mutating func drain(into spool: RecordSpool) throws(StorageError) {
        let (order, bytes) = (order, bytes)
        slots.sort { a, b in
            order.compare(
                ObjectKey(SharedBytes(bytes, Int(a.keyStart)..<Int(a.keyStart + a.keyCount))), dropping: 0,
                ObjectKey(SharedBytes(bytes, Int(b.keyStart)..<Int(b.keyStart + b.keyCount))), dropping: 0) < 0
        }
        for slot in slots {
            try spool.append { $0.append(contentsOf: bytes[Int(slot.start)..<Int(slot.end)]) }
        }
        slots.removeAll(keepingCapacity: true)
        self.bytes.removeAll(keepingCapacity: true)
    }

    private static func lengthOfNumber(_ value: UInt64) -> Int {
        var (rest, count) = (value, 1)
        while rest >= 0x80 {
            rest >>= 7
            count += 1
        }
        return count
    }
}
