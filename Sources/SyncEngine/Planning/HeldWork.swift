// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel
import Synchronization

/// Transfers that wait until everything is compared (`--check-first`): a few thousand in memory, more on disk.
final class HeldWork: Sendable {
    private enum Mark: UInt8 { case work, barrier }

    private struct State {
        var failure: StorageError?
        var isReleased = false
    }

    private let directory: String
    private let order: TransferOrder?
    private let spool: RecordSpool
    private let state = Mutex(State())

    /// What waits may use files in `directory`, and is sent on in `order`, or as it came.
    init(directory: String, order: TransferOrder? = nil) {
        self.directory = directory
        self.order = order
        spool = RecordSpool(directory: directory, memoryMax: 2 << 20)
    }

    /// Whether work still has to wait.
    var isHolding: Bool { state.withLock { !$0.isReleased } }

    /// Keeps `works`. False when they cannot be kept, which ``release(into:)`` tells of.
    func append(_ works: [Work]) -> Bool {
        append { spool throws(StorageError) in
            for work in works {
                try spool.append { bytes in
                    bytes.append(Mark.work.rawValue)
                    WorkRecord.encode(work, into: &bytes)
                }
            }
        }
    }

    /// What comes from here on waits until everything before is done.
    func appendBarrier() {
        _ = append { spool throws(StorageError) in try spool.append { $0.append(Mark.barrier.rawValue) } }
    }

    private func append(_ body: (RecordSpool) throws(StorageError) -> Void) -> Bool {
        state.withLock { state in
            guard state.failure == nil else { return false }
            do throws(StorageError) { try body(spool) } catch { state.failure = error }
            return state.failure == nil
        }
    }

    /// Sends everything on, a batch at a time. False when the lanes are closed.
    func release(into lanes: Lanes) async throws(StorageError) -> Bool {
        let failure = state.withLock { state in
            state.isReleased = true
            return state.failure
        }
        if let failure { throw failure }
        try spool.finish()
        var blocks = spool.reader()
        var sorted = order.map { SortedWork($0, directory: directory) }
        while let block = try blocks.next() {
            var cursor = ByteCursor(block), batch: [Work] = []
            while !cursor.isAtEnd {
                if Mark(rawValue: cursor.byte()) == .work {
                    batch.append(WorkRecord.decode(&cursor))
                    continue
                }
                guard try await send(batch, &sorted, endsHere: true, into: lanes) else { return false }
                batch = []
                await lanes.gauge.drained()
            }
            guard try await send(batch, &sorted, endsHere: false, into: lanes) else { return false }
        }
        return try await send([], &sorted, endsHere: true, into: lanes)
    }

    /// Sends `batch` on, or what is sorted, once it ends here.
    private func send(
        _ batch: [Work], _ sorted: inout SortedWork?, endsHere: Bool, into lanes: Lanes
    ) async throws(StorageError) -> Bool {
        guard let order, sorted != nil else { return await lanes.send(batch) }
        for work in batch { try sorted?.append(work) }
        guard endsHere else { return true }
        defer { sorted = SortedWork(order, directory: directory) }
        return try await sorted?.send(into: lanes) ?? true
    }
}
