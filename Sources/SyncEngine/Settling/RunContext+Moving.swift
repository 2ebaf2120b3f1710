// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel
import Synchronization

extension RunContext {
    /// Deletes the sources of a move whose copies are proven and durable.
    func deleteSources(_ entries: [Entry]) async {
        let batchMax = max(sourceCapabilities.deleteBatchMax, 1)
        for start in stride(from: 0, to: entries.count, by: batchMax) {
            await deleteBatch(Array(entries[start..<min(start + batchMax, entries.count)]))
        }
    }

    private func deleteBatch(_ batch: [Entry]) async {
        var unchanged = [Entry]()
        for entry in batch where await isUnchanged(entry) { unchanged.append(entry) }
        guard !unchanged.isEmpty else { return }
        do throws(StorageError) {
            let outcomes = try await source.backend.delete(
                unchanged.map { Deletion(key: $0.key, version: $0.version, ifMatch: $0.tag) })
            for (entry, outcome) in zip(unchanged, outcomes) {
                if let error = outcome.error {
                    failOther(relative(entry.key), error, size: entry.size)
                } else {
                    tally.withLock { $0.count(.deleted, size: entry.size) }
                }
            }
        } catch {
            for entry in unchanged { failOther(relative(entry.key), error, size: entry.size) }
        }
    }

    /// Whether a file is still the one that was copied. Objects are deleted on condition of their tag instead, where the
    /// store honours it.
    private func isUnchanged(_ entry: Entry) async -> Bool {
        guard entry.fileIdentity != nil else { return true }
        do throws(StorageError) {
            let now = try await source.backend.stat(entry.key, version: nil)
            if now.size == entry.size, now.modified == entry.modified, now.fileIdentity == entry.fileIdentity {
                return true
            }
            failOther(
                relative(entry.key),
                StorageError(
                    .preconditionFailed, during: .delete, at: source.backend.identity.container, key: entry.key,
                    message: "the file changed after it was copied and stays at the source",
                    advice: "move it again"))
            return false
        } catch {
            if error.kind != .notFound { failOther(relative(entry.key), error) }
            return false
        }
    }
}
