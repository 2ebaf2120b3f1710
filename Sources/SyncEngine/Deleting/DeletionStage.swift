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
        deletions: Int, listedSource: Int, listedTarget: Int, options: DeletionOptions
    ) -> String? {
        guard deletions > 0 else { return nil }
        if listedSource == 0, !options.allowsEmptySource {
            return "the source is empty and \(deletions) objects of the target would be deleted; nothing was deleted. "
                + "Pass --allow-empty-source if that is meant"
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
            while let batch = try batches.next() { for item in batch { record(item, .wouldDelete) } }
            return
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            var running = 0
            while let batch = try batches.next() {
                if running == Self.batchesInFlight {
                    try await group.next()
                    running -= 1
                }
                let objects = batch.filter { !$0.isDirectory }
                guard !objects.isEmpty else { continue }
                group.addTask { try await delete(objects) }
                running += 1
            }
            try await group.waitForAll()
        }
        if context.targetCapabilities.hasDirectories { try await removeEmptiedDirectories() }
    }

    private func delete(_ items: [DeletionSpill.Item]) async throws {
        do throws(StorageError) {
            let outcomes = try await context.target.backend.delete(items.map { Deletion(key: $0.key) })
            for (item, outcome) in zip(items, outcomes) {
                if let error = outcome.error { fail(item, error) } else { record(item, .deleted) }
            }
        } catch {
            for item in items { fail(item, error) }
            if RunStop.isFatal(error) { throw RunStop(reason: .failed(error)) }
        }
        try Task.checkCancellation()
    }

    /// Directories that held nothing but what was deleted, the innermost first. A directory that still holds something
    /// refuses, which is as it should be.
    private func removeEmptiedDirectories() async throws {
        let kept = context.tally.withLock { $0.madeDirectories }
        var open: [ObjectKey] = []
        var batches = spill.batches(of: 1000)
        while let batch = try batches.next() {
            for item in batch {
                while let last = open.last, !item.key.hasPrefix(last) {
                    await remove(open.removeLast(), kept)
                }
                var start = open.last?.bytes.count ?? context.target.prefix.bytes.count
                let path = item.isDirectory ? item.key.bytes.prefix(item.key.bytes.count - 1) : item.key.bytes
                while let slash = path.dropFirst(start).firstIndex(of: UInt8(ascii: "/")) {
                    start += slash + 1
                    open.append(ObjectKey(path.prefix(start)).detached())
                }
                if item.isDirectory { await removeListed(item) }
            }
        }
        while let last = open.popLast() { await remove(last, kept) }
    }

    /// An empty directory that the source lacks.
    private func removeListed(_ item: DeletionSpill.Item) async {
        do throws(StorageError) {
            try await context.target.backend.removeContainer(item.key)
            record(item, .deleted)
        } catch {
            fail(item, error)
        }
    }

    private func remove(_ directory: ObjectKey, _ kept: Set<ObjectKey>) async {
        if kept.contains(directory) { return }
        try? await context.target.backend.removeContainer(directory)
    }

    private func record(_ item: DeletionSpill.Item, _ action: ObjectOutcome.Action) {
        context.tally.withLock { $0.count(action, size: item.size) }
        context.progress.add(1, to: .deletionsDone)
        context.observer?.observe(
            .outcome(ObjectOutcome(key: relative(item.key), action: action, evidence: .absent, size: item.size)))
    }

    private func fail(_ item: DeletionSpill.Item, _ error: StorageError) {
        context.failOther(relative(item.key), error, size: item.size)
    }

    private func relative(_ key: ObjectKey) -> ObjectKey {
        key.dropFirst(context.target.prefix.bytes.count).detached()
    }
}
