// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel
import Synchronization

/// Carries out what a sync deletes at the target, after everything else succeeded.
struct DeletionStage {
    /// Delete calls in flight.
    private static let batchesInFlight = 4

    let context: RunContext
    let spill: DeletionSpill

    /// Why nothing may be deleted; nil when it may. Pure.
    static func refusal(
        deletions: Int, bytes: Int64, listedSource: Int, listedTarget: Int, options: DeletionOptions
    ) -> String? {
        guard deletions > 0 else { return nil }
        if listedSource == 0, !options.allowsEmptySource {
            return "the source is empty and \(deletions) objects of the target would be deleted; nothing was deleted. "
                + "Pass --allow-empty-source if that is meant"
        }
        if let max = options.bytesMax, bytes > max {
            return
                "deletions of \(bytes) bytes are more than --max-delete-size, which is \(max) bytes; nothing was deleted"
        }
        switch options.limit {
        case .count(let max) where deletions > max:
            return "\(deletions) deletions are more than --max-delete \(max); nothing was deleted"
        case .percentage(let max) where Double(deletions) * 100 > max * Double(listedTarget):
            return "\(deletions) deletions of \(listedTarget) objects are more than --max-delete \(max)%; "
                + "nothing was deleted"
        case .count, .percentage, nil: return nil
        }
    }

    /// Deletes everything in the spill; in a dry run tells what would be.
    func run() async throws {
        context.progress.add(spill.count, to: .deletionsPlanned)
        var batches = spill.batches(of: context.targetCapabilities.deleteBatchMax)
        if context.options.dryRun {
            while let batch = try batches.next() {
                for item in try await absentAtSource(batch) {
                    try context.options.planSink?.add(
                        PlannedChange(
                            .delete, relative(item.key), source: nil, target: item.entry.detached(), evidence: .absent))
                    record(item, .wouldDelete)
                }
            }
            return
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            // Copies of what lies above and below one another are not made at once (``NestedKeys``).
            let inFlightMax = context.keeper == nil ? Self.batchesInFlight : 1
            var running = 0
            while let batch = try batches.next() {
                if running == inFlightMax {
                    try await group.next()
                    running -= 1
                }
                group.addTask { try await delete(batch) }
                running += 1
            }
            try await group.waitForAll()
        }
        if context.targetCapabilities.hasDirectories { await remakeDirectories() }
    }

    private func delete(_ batch: [DeletionSpill.Item]) async throws {
        let (items, conditions) = try await kept(try await allowed(try await absentAtSource(batch)))
        guard !items.isEmpty else { return try Task.checkCancellation() }
        do throws(StorageError) {
            let outcomes = try await context.target.backend.delete(
                items.map { Deletion(key: $0.key, ifMatch: conditions[$0.key]?.tag) })
            for (item, outcome) in zip(items, outcomes) {
                if let error = outcome.error {
                    fail(item, error)
                } else {
                    context.keeper?.left(nil, at: item.key)
                    record(item, .deleted)
                }
            }
        } catch {
            for item in items { fail(item, error) }
            if RunStop.isFatal(error) { throw RunStop(reason: .failed(error)) }
        }
        try Task.checkCancellation()
    }

    /// Those of `items` that the source does not have by now: what told of it may be older.
    private func absentAtSource(_ items: [DeletionSpill.Item]) async throws(RunStop) -> [DeletionSpill.Item] {
        guard context.options.sourceListing != nil else { return items }
        let keys = items.map { relative($0.key) }
        let looks = await ConcurrentLooks.present(
            keys.map { $0.prefixed(by: context.source.prefix) }, in: context.source.backend)
        var absent: [DeletionSpill.Item] = []
        for (index, look) in looks.enumerated() {
            switch look {
            case .success(false): absent.append(items[index])
            case .success(true):
                context.notice(keys[index], "the source has it by now: it stays")
                context.tally.withLock { $0.report.deletionsWithheld += 1 }
                context.settle(items[index].slot)
            case .failure(let error): try failKeeping(items[index], error)
            }
        }
        return absent
    }

    /// Those of `items` that whoever is asked lets go.
    private func allowed(_ items: [DeletionSpill.Item]) async throws(RunStop) -> [DeletionSpill.Item] {
        guard context.options.approver != nil else { return items }
        var allowed: [DeletionSpill.Item] = []
        for item in items {
            if try await context.allows(ProposedChange(.delete, relative(item.key), size: item.size)) {
                allowed.append(item)
            } else {
                context.tally.withLock { $0.report.deletionsWithheld += 1 }
                context.settle(item.slot)
            }
        }
        return allowed
    }

    /// Those of `items` that can be put back, and what was kept of each; the others have failed, or are gone already.
    private func kept(
        _ items: [DeletionSpill.Item]
    ) async throws(RunStop) -> ([DeletionSpill.Item], [ObjectKey: Entry]) {
        guard let keeper = context.keeper else {
            return context.purpose == .applying ? try await unchanged(items.map { ($0, $0.entry) }) : (items, [:])
        }
        let results = await keeper.keep(deleting: items.map(\.key))
        var kept: [(item: DeletionSpill.Item, entry: Entry)] = []
        for item in items {
            switch results[item.key] {
            case .success(let entry)?: kept.append((item, entry))
            case .failure(let error)?: try failKeeping(item, error)
            case nil: record(item, .deleted)
            }
        }
        // To keep them took its time.
        return try await unchanged(kept)
    }

    /// Those of `items` that still are what goes with them, and that by key; the others have failed.
    private func unchanged(
        _ items: [(item: DeletionSpill.Item, entry: Entry)]
    ) async throws(RunStop) -> ([DeletionSpill.Item], [ObjectKey: Entry]) {
        var sound: [DeletionSpill.Item] = []
        for ((item, entry), result) in zip(items, await context.target.backend.holdForDeletion(items.map(\.entry))) {
            switch result {
            case .success(true): sound.append(item)
            case .success(false): try failKeeping(item, changed(entry))
            case .failure(let error): try failKeeping(item, error)
            }
        }
        return (sound, Dictionary(items.map { ($0.item.key, $0.entry) }) { $1 })
    }

    private func failKeeping(_ item: DeletionSpill.Item, _ error: StorageError) throws(RunStop) {
        fail(item, error)
        if RunStop.isFatal(error) { throw RunStop(reason: .failed(error)) }
    }

    private func changed(_ entry: Entry) -> StorageError {
        StorageError(
            .preconditionFailed, during: .delete, at: context.target.backend.identity.container, key: entry.key,
            message: context.purpose == .applying
                ? "it changed since the plan was made; it stays" : "it changed after it was kept; it stays",
            advice: context.purpose == .applying ? "make the plan again" : "sync again")
    }

    /// Empty directories of the source, once more: a store that removes a directory with its last file took those that
    /// were made before.
    private func remakeDirectories() async {
        for key in context.tally.withLock({ $0.madeDirectories }) {
            do throws(StorageError) {
                _ = try await context.target.backend.write(PartBuffer(capacity: 0), to: key, WriteOptions())
            } catch {
                context.failOther(relative(key), error)
            }
        }
    }

    private func record(_ item: DeletionSpill.Item, _ action: ObjectOutcome.Action) {
        context.tally.withLock { $0.count(action, size: item.size) }
        context.settle(item.slot)
        context.progress.add(1, to: .deletionsDone)
        context.observer?.observe(
            .outcome(ObjectOutcome(key: relative(item.key), action: action, evidence: .absent, size: item.size)))
    }

    private func fail(_ item: DeletionSpill.Item, _ error: StorageError) {
        context.failOther(relative(item.key), error, size: item.size)
        context.journal?.fail(FailedAction(key: relative(item.key), error: error, attempts: 1))
    }

    private func relative(_ key: ObjectKey) -> ObjectKey {
        key.dropFirst(context.target.prefix.bytes.count).detached()
    }
}
