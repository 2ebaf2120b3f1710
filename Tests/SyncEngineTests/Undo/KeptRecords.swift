// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel
import SyncEngine
import Synchronization

/// A journal that remembers what is kept for an undo, and what was planned and settled.
final class KeptRecords: RunJournal {
    private struct State {
        var records: [UndoRecord] = []
        var keeps = 0
        var planned: [Int64: Int] = [:]
        var settled: Set<JournalSlot> = []
        var failed: [ObjectKey] = []
        var keepFails = false
    }

    private let state = Mutex(State())

    /// Batches of at most `size`, the latest change first.
    func batches(of size: Int = 1000) -> @Sendable () async throws(StorageError) -> [UndoRecord]? {
        let rest = Mutex(ArraySlice(records.reversed()))
        return { () throws(StorageError) in
            rest.withLock { rest in
                defer { rest = rest.dropFirst(size) }
                return rest.isEmpty ? nil : Array(rest.prefix(size))
            }
        }
    }

    var records: [UndoRecord] { state.withLock { $0.records } }
    func record(_ key: ObjectKey) -> UndoRecord? { records.last { $0.key == key } }
    /// Calls of keep.
    var keeps: Int { state.withLock { $0.keeps } }
    var failed: [ObjectKey] { state.withLock { $0.failed } }
    /// Actions that were planned, and those of them that are done.
    var planned: Int { state.withLock { $0.planned.values.reduce(0, +) } }
    var settled: Int { state.withLock { $0.settled.count } }
    /// From now on nothing can be kept.
    func breakDown() { state.withLock { $0.keepFails = true } }

    func listing(in order: ListingOrder) {}

    func plan(_ actions: [PlannedAction], reached: ObjectKey?) async -> Int64 {
        state.withLock { state in
            let number = Int64(state.planned.count + 1)
            state.planned[number] = actions.count
            return number
        }
    }

    func settle(_ slots: [JournalSlot]) { state.withLock { $0.settled.formUnion(slots) } }
    func fail(_ failure: FailedAction) { state.withLock { $0.failed.append(failure.key) } }

    func keep(_ records: [UndoRecord]) async throws(StorageError) {
        let isBroken = state.withLock { state in
            state.keeps += 1
            if !state.keepFails { state.records += records }
            return state.keepFails
        }
        if isBroken { throw StorageError(.unexpected, during: .write, message: "the journal is broken") }
    }

    func left(_ entry: Entry?, at key: ObjectKey) {
        state.withLock { state in
            if let index = state.records.lastIndex(where: { $0.key == key }) { state.records[index].after = entry }
        }
    }

    func reached(_ key: ObjectKey) {}
    func unfinishedUpload(to key: ObjectKey) async -> JournaledUpload? { nil }
    func leftUploads() async -> [JournaledUpload] { [] }
    func deadRuns() async -> Set<String> { [] }
    func intend(_ upload: JournaledUpload) async -> Int64 { 1 }
    func began(_ upload: Int64, token: String) {}
    func wrote(_ part: JournaledPart, of upload: Int64) {}
    func ended(_ upload: Int64) {}
}
