// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel
import Synchronization

/// Undoes some changes of a run: looks at all of them, writes down what follows, does it.
struct UndoBatch: Sendable {
    /// Looks, and objects that are put back by the store itself, in flight.
    private static let requests = 64
    /// Objects in flight that pass through this machine.
    private static let streams = 8

    /// From where things are kept to the target.
    let context: RunContext

    /// A change with all that is known of it now.
    private struct Case: Sendable {
        var work: Work
        var record: UndoRecord
        var decision: UndoDecision
        /// What the target holds.
        var now: Entry?
    }

    func run(_ records: [UndoRecord]) async throws {
        let found = Mutex<[Case]>([])
        try await NestedKeys.forEach(records, width: Self.requests, on: executor, \.key) { record in
            guard let judged = try await self.judge(record) else { return }
            found.withLock { $0.append(judged) }
        }
        let cases = await writeDown(found.withLock(\.self))
        try await remove(cases.filter { $0.decision == .remove })
        let width = context.planner.canCopyServerSide ? Self.requests : Self.streams
        let lost = cases.filter { $0.decision == .restore }
        try await NestedKeys.forEach(lost, width: width, on: executor, \.record.key) { try await self.restore($0) }
    }

    private var executor: (any TaskExecutor)? { context.target.backend.preferredExecutor }

    /// What is to be done about a change; nil when its outcome is recorded.
    private func judge(_ record: UndoRecord) async throws -> Case? {
        try Task.checkCancellation()
        context.tally.withLock { $0.report.objects.listedSource += 1 }
        let key = relative(record.key)
        let unknown = Entry(key: record.key, size: record.before?.size ?? record.after?.size ?? 0)
        var work = Work(
            key: key, source: unknown, target: nil, targetKey: record.key, evidence: .forced,
            step: .compare(needs: nil))
        do throws(StorageError) {
            let now = try await context.target.backend.present(record.key)
            var decision = UndoDecision(record, now: now)
            if decision == .changed, let now, await isPutBack(record, now) { decision = .nothing }
            context.tally.withLock { tally in
                tally.report.objects.listedTarget += now == nil ? 0 : 1
                // What is only deleted is nothing that is put back.
                tally.report.objects.listedSource -= decision == .remove ? 1 : 0
            }
            switch decision {
            case .nothing:
                context.complete(work, .skipped, evidence: .existing)
                return nil
            case .changed: throw changed(record, now)
            case .remove: break
            case .restore:
                let source = try await kept(record)
                let strategy = try context.strategy(source)
                work = Work(
                    key: key, source: source, target: now, targetKey: record.key, evidence: .forced,
                    step: source.kind == .directory ? .makeDirectory : .copy(strategy))
            }
            return Case(work: work, record: record, decision: decision, now: now)
        } catch {
            try fail(work, error)
            return nil
        }
    }

    /// Whether `now` is what is kept: put back by an earlier undo, in parts that gave it another tag.
    private func isPutBack(_ record: UndoRecord, _ now: Entry) async -> Bool {
        guard record.change != .created, let kept = try? await kept(record), now.size == kept.size,
            now.modified == kept.modified, now.metadata == kept.metadata
        else { return false }
        if let tag = kept.tag, now.tag == tag { return true }
        return ChecksumComparison.compare(now, kept) ?? (kept.modified != nil)
    }

    /// What was there, as it is kept, with a look whether it still is.
    private func kept(_ record: UndoRecord) async throws(StorageError) -> Entry {
        guard let before = record.before else { throw lost(record, "the journal does not tell what was there") }
        if before.kind == .directory { return before }
        var entry: Entry
        do throws(StorageError) {
            if let key = record.kept {
                entry = try await context.source.backend.stat(key, version: nil)
            } else if let version = before.version {
                entry = try await context.source.backend.stat(before.key, version: version)
                entry.version = version
            } else {
                throw lost(record, "no copy of what was there was kept")
            }
        } catch {
            guard error.kind == .notFound else { throw error }
            throw lost(record, "what was kept of it at \(context.source.backend.identity.container) is gone")
        }
        guard entry.size == before.size, ChecksumComparison.compare(entry, before) ?? true else {
            throw lost(record, "what was kept of it is no longer what was there")
        }
        return entry.detached()
    }

    /// Tells the journal what is going to be done; in a dry run, whoever observes.
    private func writeDown(_ cases: [Case]) async -> [Case] {
        guard !context.options.dryRun else {
            for item in cases { pretend(item) }
            return []
        }
        for item in cases {
            context.progress.add(1, to: item.decision == .remove ? .deletionsPlanned : .objectsPlanned)
            if item.decision == .restore { context.progress.add(Int(item.work.source.size), to: .bytesPlanned) }
        }
        guard let journal = context.journal, !cases.isEmpty else { return cases }
        let actions = cases.map { item in
            item.decision == .remove
                ? PlannedAction(.delete, item.work.key, replaces: true) : item.work.action
        }
        let batch = await journal.plan(actions, reached: nil)
        var written = cases
        for index in cases.indices {
            written[index].work = cases[index].work.journaled(JournalSlot(batch: batch, index: index))
        }
        return written
    }

    private func pretend(_ item: Case) {
        switch item.work.step {
        case _ where item.decision == .remove: record(item, .wouldDelete)
        case .copy(let strategy): context.complete(item.work, strategy.isServerSide ? .wouldServerCopy : .wouldTransfer)
        default: context.complete(item.work, .wouldTransfer)
        }
    }

    /// Deletes what the run made, if it is still that.
    private func remove(_ cases: [Case]) async throws {
        let batchMax = max(context.targetCapabilities.deleteBatchMax, 1)
        for start in stride(from: 0, to: cases.count, by: batchMax) {
            let batch = Array(cases[start..<min(start + batchMax, cases.count)])
            let sound = await unchanged(batch)
            if sound.isEmpty { continue }
            do throws(StorageError) {
                let outcomes = try await context.target.backend.delete(
                    sound.map { Deletion(key: $0.record.key, ifMatch: $0.now?.tag) })
                for (item, outcome) in zip(sound, outcomes) {
                    if let error = outcome.error { failRemoval(item, error) } else { record(item, .deleted) }
                }
            } catch {
                for item in sound { failRemoval(item, error) }
                if RunStop.isFatal(error) { throw RunStop(reason: .failed(error)) }
            }
            try Task.checkCancellation()
        }
    }

    /// Those that are still what they were when they were judged; the others have failed.
    private func unchanged(_ batch: [Case]) async -> [Case] {
        let results = await context.target.backend.holdForDeletion(batch.compactMap(\.now))
        var sound: [Case] = []
        for (item, result) in zip(batch.filter { $0.now != nil }, results) {
            switch result {
            case .success(true): sound.append(item)
            case .success(false): failRemoval(item, changed(item.record, item.now))
            case .failure(let error): failRemoval(item, error)
            }
        }
        return sound
    }

    private func record(_ item: Case, _ action: ObjectOutcome.Action) {
        let size = item.now?.size ?? 0
        context.tally.withLock { $0.count(action, size: size) }
        context.settle(item.work.slot)
        context.progress.add(1, to: .deletionsDone)
        context.observer?.observe(
            .outcome(ObjectOutcome(key: item.work.key, action: action, evidence: .forced, size: size)))
    }

    private func failRemoval(_ item: Case, _ error: StorageError) {
        let error = error.kind == .preconditionFailed ? changed(item.record, item.now) : error
        context.failOther(item.work.key, error, size: item.now?.size ?? 0)
        context.journal?.fail(FailedAction(key: item.work.key, error: error, attempts: 1))
    }

    /// Puts back what was there, if the target is still what the run left.
    private func restore(_ item: Case) async throws {
        try Task.checkCancellation()
        do throws(StorageError) {
            // Where no write depends on what is there, it is looked at once more: others came first meanwhile.
            if context.conditionOfReplacing(item.work) == nil {
                let now = try await context.target.backend.present(item.record.key)
                guard item.now.map({ now?.isState($0) ?? false }) ?? (now == nil) else {
                    throw changed(item.record, now)
                }
            }
            context.complete(item.work, try await putBack(item, isLast: false))
        } catch {
            try fail(item.work, error.kind == .preconditionFailed ? changed(item.record, item.now) : error)
        }
    }

    private func putBack(_ item: Case, isLast: Bool) async throws(StorageError) -> ObjectOutcome.Action {
        let key = item.record.key
        guard item.work.source.kind != .directory else {
            _ = try await context.target.backend.write(PartBuffer(capacity: 0), to: key, WriteOptions())
            return .transferred
        }
        do throws(StorageError) {
            return try await context.copy(item.work.source, to: key, over: item.work.target).action
        } catch {
            // Bytes that were damaged on the way, or a store that does not copy by itself: once more.
            let isWorthMore = error.kind == .corrupted || error.kind == .permissionDenied || error.kind == .unsupported
            guard isWorthMore, !isLast, !Task.isCancelled else { throw error }
            return try await putBack(item, isLast: true)
        }
    }

    private func fail(_ work: Work, _ error: StorageError) throws(RunStop) {
        if error.kind == .cancelled, Task.isCancelled { return }
        try context.failFinally(work, error)
    }

    private func changed(_ record: UndoRecord, _ now: Entry?) -> StorageError {
        let what =
            now == nil
            ? "it was deleted since the run"
            : record.after == nil && record.change != .deleted
                ? "it is not what it was before the run, and the run ended before it said what it left"
                : "it was changed since the run"
        return StorageError(
            .preconditionFailed, during: .write, at: context.target.backend.identity.container, key: record.key,
            message: what + "; it was left alone",
            advice: record.kept.map {
                "what was there before the run is kept at \(TerminalText.escaped($0.description))"
            })
    }

    private func lost(_ record: UndoRecord, _ message: String) -> StorageError {
        StorageError(
            .notFound, during: .copy, at: context.target.backend.identity.container, key: record.key,
            message: message, advice: "it cannot be put back; the target was left alone")
    }

    private func relative(_ key: ObjectKey) -> ObjectKey {
        let prefix = context.target.prefix
        return key.hasPrefix(prefix) ? key.dropFirst(prefix.bytes.count).detached() : key
    }
}
