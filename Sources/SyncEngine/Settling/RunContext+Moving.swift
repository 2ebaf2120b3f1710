// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel
import Synchronization

extension RunContext {
    /// Looks at sources in flight before they are deleted.
    private static let looksInFlight = 16

    /// Deletes the sources of a move whose copies are proven and durable; returns the keys of those that stay, each of
    /// which has been recorded as a failure.
    func deleteSources(_ entries: [Entry]) async -> Set<ObjectKey> {
        let batchMax = max(sourceCapabilities.deleteBatchMax, 1)
        var kept: Set<ObjectKey> = []
        for start in stride(from: 0, to: entries.count, by: batchMax) {
            let batch = entries[start..<min(start + batchMax, entries.count)]
            kept.formUnion(await deleteBatch(Array(batch)))
        }
        return kept
    }

    private func deleteBatch(_ batch: [Entry]) async -> Set<ObjectKey> {
        let unchanged = await unchanged(batch)
        var kept = Set(batch.map(\.key)).subtracting(unchanged.map(\.key))
        guard !unchanged.isEmpty else { return kept }
        do throws(StorageError) {
            // Never a version: that would destroy it, and show again what was there before it.
            let outcomes = try await source.backend.delete(unchanged.map { Deletion(key: $0.key, ifMatch: $0.tag) })
            for (entry, outcome) in zip(unchanged, outcomes) {
                if let error = outcome.error {
                    stays(entry, error)
                    kept.insert(entry.key)
                } else {
                    tally.withLock { $0.count(.deleted, size: entry.size) }
                }
            }
        } catch {
            for entry in unchanged {
                stays(entry, error)
                kept.insert(entry.key)
            }
        }
        return kept
    }

    /// Those that are still what was copied, in their order. Where the store deletes on condition of a tag, it tells.
    private func unchanged(_ batch: [Entry]) async -> [Entry] {
        let isConditional = sourceCapabilities.conditions.contains(.deleteIfMatch)
        return await withTaskGroup(of: (Int, Bool).self) { group in
            var holds = batch.map { $0.fileIdentity == nil && $0.tag != nil && isConditional }
            var waiting = batch.indices.filter { !holds[$0] }[...]
            func begin() {
                guard let index = waiting.popFirst() else { return }
                group.addTask { (index, await self.isUnchanged(batch[index])) }
            }
            for _ in 0..<Self.looksInFlight { begin() }
            while let (index, isUnchanged) = await group.next() {
                holds[index] = isUnchanged
                begin()
            }
            return zip(batch, holds).filter(\.1).map(\.0)
        }
    }

    private func isUnchanged(_ entry: Entry) async -> Bool {
        do throws(StorageError) {
            let now = try await source.backend.stat(entry.key, version: nil)
            let isSame =
                entry.fileIdentity != nil
                ? now.modified == entry.modified && now.fileIdentity == entry.fileIdentity
                : now.tag == entry.tag && (entry.tag != nil || now.modified == entry.modified)
            if isSame, now.size == entry.size { return true }
            stays(
                entry,
                StorageError(
                    .preconditionFailed, during: .delete, at: source.backend.identity.container, key: entry.key,
                    message: "it changed after it was copied and stays at the source", advice: "move it again"))
        } catch {
            // What is gone needs no deletion.
            if error.kind != .notFound { stays(entry, error) }
        }
        return false
    }

    private func stays(_ entry: Entry, _ error: StorageError) {
        let key = relative(entry.key)
        failOther(key, error, size: entry.size)
        if error.kind != .cancelled { journal?.fail(FailedAction(key: key, error: error, attempts: 1)) }
    }
}
