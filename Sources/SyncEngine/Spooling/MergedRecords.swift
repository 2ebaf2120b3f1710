// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

/// Two streams as one; of a key that both have, the record of `newer`.
final class MergedRecords: RecordStream {
    private let older: any RecordStream
    private let newer: any RecordStream
    private let order: ListingOrder
    /// How the older record's key stands to the newer's.
    private var difference = 0

    init(older: any RecordStream, newer: any RecordStream, order: ListingOrder) {
        self.older = older
        self.newer = newer
        self.order = order
        compare()
    }

    var hasRecord: Bool { older.hasRecord || newer.hasRecord }

    func withRecord<R>(_ body: (_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) -> R) -> R {
        (difference < 0 ? older : newer).withRecord(body)
    }

    func advance() throws(StorageError) {
        if difference <= 0 { try older.advance() }
        if difference >= 0 { try newer.advance() }
        compare()
    }

    private func compare() {
        guard older.hasRecord else {
            difference = 1
            return
        }
        guard newer.hasRecord else {
            difference = -1
            return
        }
        difference = older.withRecord { a, _ in newer.withRecord { b, _ in order.compare(a, b) } }
    }
}
