// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import StorageModel

/// Deletes objects in batches of the size that the store takes, some batches at once.
struct BatchDeleter: Sendable {
    private static let batchesInFlight = 8

    let context: ToolContext
    var dryRun = false

    /// Deletes `objects`, each by the name it is reported by and its entry.
    /// - Returns: how many could not be deleted; each has been reported.
    func delete(_ objects: [(ObjectKey, Entry)], in backend: any Backend) async throws -> Int {
        guard !dryRun else {
            for (name, entry) in objects {
                context.notice(
                    "\(Self.what(entry))would be deleted (size \(SizeFormat.suffix(entry.size)))", key: name)
            }
            return 0
        }
        let size = max(1, backend.capabilities.deleteBatchMax)
        let batches = stride(from: 0, to: objects.count, by: size).map { start in
            Batch(objects: Array(objects[start..<min(start + size, objects.count)]))
        }
        let results = await ConcurrentMap.results(batches, limit: Self.batchesInFlight) { batch in
            await delete(batch, in: backend)
        }
        try Task.checkCancellation()
        return results.reduce(0, +)
    }

    private static func what(_ entry: Entry) -> String { entry.version.map { "version \($0) " } ?? "" }

    private struct Batch: Sendable {
        var objects: [(ObjectKey, Entry)]
    }

    private func delete(_ batch: Batch, in backend: any Backend) async -> Int {
        do throws(StorageError) {
            let outcomes = try await backend.delete(
                batch.objects.map { Deletion(key: $0.1.key, version: $0.1.version) })
            var failures = 0
            for (object, outcome) in zip(batch.objects, outcomes) {
                if let error = outcome.error {
                    failures += 1
                    context.report(error)
                } else {
                    context.info("\(Self.what(object.1))deleted", key: object.0)
                }
            }
            return failures
        } catch {
            context.report(error)
            return batch.objects.count
        }
    }
}
