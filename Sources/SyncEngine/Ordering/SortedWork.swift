// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

/// Decided work, sorted in bounded memory, on disk where it is much.
struct SortedWork {
    private static let batchSize = 100

    private let order: TransferOrder
    /// The least first, and, where some transfers take the greatest, the greatest first.
    private var sorters: [RecordSorter]
    private var count = 0

    init(_ order: TransferOrder, directory: String) {
        self.order = order
        sorters = [RecordSorter(order: .keyBytes, directory: directory)]
        if case .mixed = order.direction { sorters += sorters }
    }

    mutating func append(_ work: Work) throws(StorageError) {
        var record: [UInt8] = []
        WorkRecord.encode(work, into: &record)
        // Its place keeps works of one rank apart, and in order.
        var rank = order.rank(work)
        withUnsafeBytes(of: UInt64(count).bigEndian) { rank.append(contentsOf: $0) }
        for index in sorters.indices {
            try sorters[index].append(index == 0 ? rank : TransferOrder.reversed(rank), record)
        }
        count += 1
    }

    /// Sends everything on, a batch at a time, each with the least and the greatest that is left where some take the
    /// greatest. False when the lanes are closed.
    mutating func send(into lanes: Lanes) async throws(StorageError) -> Bool {
        var streams: [any RecordStream] = []
        for index in sorters.indices { streams.append(try sorters[index].sorted()) }
        var left = count
        while left > 0 {
            var batch: [Work] = []
            while left > 0, batch.count < Self.batchSize {
                let stream = streams[left % streams.count]
                var cursor = ByteCursor(stream.withRecord { _, record in Array(record) })
                batch.append(WorkRecord.decode(&cursor))
                try stream.advance()
                left -= 1
            }
            guard await lanes.send(batch) else { return false }
        }
        return true
    }
}
