// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel
import SyncEngine

@testable import JournalStore

/// What a journal should hold, kept in plain memory.
struct JournalModel: Equatable {
    struct Batch: Equatable {
        var actions: [PlannedAction]
        var done: Set<Int> = []
    }

    struct Run: Equatable {
        var state = RunState.running
        var position: ObjectKey?
        var pending: [PlannedAction] = []
        var failures: [ObjectKey] = []
        /// Oldest first.
        var undo: [Undo] = []
    }

    struct Undo: Equatable {
        var key: ObjectKey
        var after: Entry?
        var isUndone = false
    }

    struct Upload: Equatable {
        var key: ObjectKey
        var token: String?
        var parts: [Int: JournaledPart] = [:]
    }

    var runs: [String: Run] = [:]
    var uploads: [Int64: Upload] = [:]

    init() {}

    /// All that is in `store`.
    init(_ store: JournalStore) async throws {
        for run in try await store.runs() {
            let id = run.description.id
            var found = Run(state: run.state, position: run.position)
            found.pending = try await store.pendingActions(of: id).all()
            found.failures = try await store.failures(of: id).all().map(\.failure.key)
            found.undo = try await store.undoRecords(of: id).all().reversed().map {
                Undo(key: $0.record.key, after: $0.record.after, isUndone: $0.isUndone)
            }
            runs[id] = found
        }
        let found = try await store.perform(during: .read) { db in try UploadRows(db: db).all() }
        for upload in found {
            let parts = Dictionary(uniqueKeysWithValues: upload.parts.map { ($0.receipt.number, $0) })
            uploads[upload.number] = Upload(key: upload.key, token: upload.token, parts: parts)
        }
    }
}
