// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel
import SyncEngine
import Synchronization

/// A journal in memory that outlives the runs that write to it, as a file outlives processes.
///
/// Calls that suspend are durable when they return; the others reach the file in their order, some time later: a run
/// that dies loses the last of them.
final class MemoryJournal: Sendable {
    struct Action: Sendable {
        var planned: PlannedAction
        var isSettled = false
        var hasFailed = false
    }

    /// What one run wrote down.
    struct Run: Sendable {
        var batches: [Int64: [Action]] = [:]
        var reached: ObjectKey?
        var isOver = false
    }

    struct Upload: Sendable {
        /// The run that began it.
        var run: Int
        var upload: JournaledUpload
        var isEnded = false
    }

    struct File: Sendable {
        var runs: [Run] = []
        /// By number, which begins at 1.
        var uploads: [Upload] = []
        var batchCount: Int64 = 0
        var undo: [UndoRecord] = []
    }

    private let file = Mutex(File())
    let now: @Sendable () -> Timestamp

    /// A journal that takes times from `now`.
    init(now: @escaping @Sendable () -> Timestamp) { self.now = now }

    /// What is in the file.
    var contents: File { file.withLock { $0 } }

    /// Begins a run.
    func begin() -> MemoryRun {
        let number = file.withLock { file in
            file.runs.append(Run())
            return file.runs.count - 1
        }
        return MemoryRun(journal: self, number: number)
    }

    func update<R: Sendable>(_ body: (inout File) -> sending R) -> R { file.withLock { body(&$0) } }
}

/// One run's side of a ``MemoryJournal``.
final class MemoryRun: RunJournal {
    typealias Change = @Sendable (inout MemoryJournal.File) -> Void

    private struct State {
        /// What was handed over and is not in the file.
        var pending: [Change] = []
        var isDead = false
    }

    let number: Int
    private let journal: MemoryJournal
    private let state = Mutex(State())

    init(journal: MemoryJournal, number: Int) {
        self.journal = journal
        self.number = number
    }

    /// The process dies: of what was handed over, the first `kept` changes are in the file, and nothing comes after.
    func die(keeping kept: Int) {
        let changes = state.withLock { state in
            defer { state.pending = [] }
            state.isDead = true
            return state.pending.prefix(kept)
        }
        apply(changes)
    }

    /// How many changes are not yet in the file.
    var pendingCount: Int { state.withLock { $0.pending.count } }

    /// The run ends in order.
    func end() {
        let number = number
        hand { $0.runs[number].isOver = true }
        flush()
    }

    /// The process ends, with its run unfinished.
    func close() { flush() }

    /// Whether an action of one of `kinds` for `key` is in the file, planned by this run.
    func isPlanned(_ key: ObjectKey, _ kinds: Set<PlannedAction.Kind>) -> Bool {
        journal.contents.runs[number].batches.values.joined().contains {
            $0.planned.key == key && kinds.contains($0.planned.kind)
        }
    }

    /// What this run planned.
    var actions: [MemoryJournal.Action] { Array(journal.contents.runs[number].batches.values.joined()) }

    // MARK: RunJournal

    /// Nothing goes on with these listings.
    func listing(in order: ListingOrder) {}

    func plan(_ actions: [PlannedAction], reached: ObjectKey?) async -> Int64 {
        precondition(!actions.isEmpty && actions.count <= PlannedAction.batchMax)
        return durably { [number] file in
            file.batchCount += 1
            file.runs[number].batches[file.batchCount] = actions.map { MemoryJournal.Action(planned: $0) }
            if let reached { file.runs[number].reached = reached }
            return file.batchCount
        } ?? 0
    }

    func reached(_ key: ObjectKey) {
        let number = number
        hand { $0.runs[number].reached = key }
    }

    func settle(_ slots: [JournalSlot]) {
        let number = number
        hand { file in
            for slot in slots { file.runs[number].batches[slot.batch]?[slot.index].isSettled = true }
        }
    }

    func fail(_ failure: FailedAction) {
        let number = number
        hand { file in
            for (batch, actions) in file.runs[number].batches {
                for index in actions.indices where actions[index].planned.key == failure.key {
                    file.runs[number].batches[batch]?[index].hasFailed = true
                }
            }
        }
    }

    func unfinishedUpload(to key: ObjectKey) async -> JournaledUpload? {
        durably { file in
            file.uploads.last { !$0.isEnded && $0.upload.key == key && $0.upload.token != nil }?.upload
        } ?? nil
    }

    func leftUploads() async -> [JournaledUpload] {
        durably { [number] file in
            file.uploads.filter { !$0.isEnded }.map { left in
                var upload = left.upload
                upload.isOwn = left.run == number
                return upload
            }
        } ?? []
    }

    func deadRuns() async -> Set<String> {
        durably { [number] file in
            Set(file.runs.indices.filter { $0 != number && !file.runs[$0].isOver }.map { "run-\($0)" })
        } ?? []
    }

    func intend(_ upload: JournaledUpload) async -> Int64 {
        let now = journal.now()
        return durably { [number] file in
            var upload = upload
            upload.number = Int64(file.uploads.count + 1)
            upload.begun = now
            file.uploads.append(MemoryJournal.Upload(run: number, upload: upload))
            return upload.number
        } ?? 0
    }

    func began(_ upload: Int64, token: String) { change(upload) { $0.upload.token = token } }

    func wrote(_ part: JournaledPart, of upload: Int64) {
        change(upload) { upload in
            upload.upload.parts.removeAll { $0.receipt.number == part.receipt.number }
            upload.upload.parts.append(part)
        }
    }

    func ended(_ upload: Int64) { change(upload) { $0.isEnded = true } }

    func keep(_ records: [UndoRecord]) async throws(StorageError) {
        let isKept: Bool? = durably { file in
            file.undo += records
            return true
        }
        guard isKept != nil else { throw StorageError(.cancelled, during: .validate, message: "the process is dead") }
    }

    func left(_ entry: Entry?, at key: ObjectKey) {
        hand { file in
            guard let index = file.undo.lastIndex(where: { $0.key == key }) else { return }
            file.undo[index].after = entry
        }
    }

    // MARK: The file

    private func change(_ upload: Int64, _ body: @escaping @Sendable (inout MemoryJournal.Upload) -> Void) {
        guard upload > 0 else { return }
        hand { body(&$0.uploads[Int(upload) - 1]) }
    }

    private func hand(_ change: @escaping Change) {
        state.withLock { state in
            if !state.isDead { state.pending.append(change) }
        }
    }

    /// Brings what was handed over into the file, and then `body`; nil when the process is dead.
    private func durably<R: Sendable>(_ body: (inout MemoryJournal.File) -> sending R) -> R? {
        guard !state.withLock({ $0.isDead }) else { return nil }
        flush()
        return journal.update(body)
    }

    private func flush() {
        let changes = state.withLock { state in
            defer { state.pending = [] }
            return state.pending[...]
        }
        apply(changes)
    }

    private func apply(_ changes: ArraySlice<Change>) {
        journal.update { file in for change in changes { change(&file) } }
    }
}
