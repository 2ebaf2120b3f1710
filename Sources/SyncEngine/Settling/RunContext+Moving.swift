// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel
import Synchronization

extension RunContext {
    /// Deletes the sources of a move whose copies are proven and durable; returns the keys of those that stay, each of
    /// which has been recorded as a failure, or is to stay.
    func deleteSources(_ entries: [Entry]) async -> Set<ObjectKey> {
        let batchMax = max(sourceCapabilities.deleteBatchMax, 1)
        var kept: Set<ObjectKey> = []
        for start in stride(from: 0, to: entries.count, by: batchMax) {
            var batch: [Entry] = []
            for entry in entries[start..<min(start + batchMax, entries.count)] {
                let proposal = ProposedChange(.deleteSource, relative(entry.key), size: entry.size)
                // Whoever wants to quit loses nothing by it here.
                if (try? await allows(proposal)) ?? false { batch.append(entry) } else { kept.insert(entry.key) }
            }
            kept.formUnion(await deleteBatch(batch))
        }
        return kept
    }

    private func deleteBatch(_ batch: [Entry]) async -> Set<ObjectKey> {
        var kept: Set<ObjectKey> = [], unchanged: [Entry] = []
        func stays(_ entry: Entry, _ error: StorageError) {
            let key = relative(entry.key)
            failOther(key, error, size: entry.size)
            if error.kind != .cancelled { journal?.fail(FailedAction(key: key, error: error, attempts: 1)) }
            kept.insert(entry.key)
        }
        for (entry, result) in zip(batch, await source.backend.holdForDeletion(batch)) {
            switch result {
            case .success(true): unchanged.append(entry)
            case .success(false): stays(entry, changed(entry))
            case .failure(let error): stays(entry, error)
            }
        }
        guard !unchanged.isEmpty else { return kept }
        do throws(StorageError) {
            // Never a version: that would destroy it, and show again what was there before it.
            let outcomes = try await source.backend.delete(unchanged.map { Deletion(key: $0.key, ifMatch: $0.tag) })
            for (entry, outcome) in zip(unchanged, outcomes) {
                if let error = outcome.error {
                    stays(entry, error)
                } else {
                    tally.withLock { $0.count(.deleted, size: entry.size) }
                }
            }
        } catch {
            for entry in unchanged { stays(entry, error) }
        }
        return kept
    }

    private func changed(_ entry: Entry) -> StorageError {
        StorageError(
            .preconditionFailed, during: .delete, at: source.backend.identity.container, key: entry.key,
            message: "it changed after it was copied and stays at the source", advice: "move it again")
    }
}
