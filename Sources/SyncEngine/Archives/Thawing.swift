// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel
import Synchronization

/// Copies that wait until their sources are restored: a few thousand in memory, more on disk.
final class Thawing: Sendable {
    /// What waited at one time.
    struct Held: Sendable {
        fileprivate let spool: RecordSpool
        private(set) var count = 0
        private(set) var bytes: Int64 = 0

        fileprivate init(directory: String) { spool = RecordSpool(directory: directory, memoryMax: 1 << 20) }

        fileprivate mutating func append(_ work: Work) throws(StorageError) {
            try spool.append { WorkRecord.encode(work, into: &$0) }
            count += 1
            bytes += work.source.size
        }

        /// Calls `body` with everything, a few thousand at a time.
        func forEachBatch(_ body: ([Work]) async throws -> Void) async throws {
            try spool.finish()
            var blocks = spool.reader()
            while let block = try blocks.next() {
                var cursor = ByteCursor(block), batch: [Work] = []
                while !cursor.isAtEnd { batch.append(WorkRecord.decode(&cursor)) }
                try await body(batch)
            }
        }
    }

    private let directory: String
    private let held = Mutex<Held?>(nil)

    /// What waits may use files in `directory`.
    init(directory: String) { self.directory = directory }

    /// How many copies wait.
    var count: Int { held.withLock { $0?.count ?? 0 } }

    func append(_ work: Work) throws(StorageError) {
        try held.withLock { held throws(StorageError) in
            var changed = held ?? Held(directory: directory)
            try changed.append(work)
            held = changed
        }
    }

    /// Everything that waits, which is the caller's from now on; nil: nothing does.
    func take() -> Held? {
        held.withLock { held in
            defer { held = nil }
            return held
        }
    }
}
