// Part of godwit. SPDX-License-Identifier: Apache-2.0

public import StorageModel

/// A directory of a store for the time of a measurement; its name is taken by nobody else.
///
/// Its backend should try again what fails: it is emptied when the store may just have refused too much.
public struct BenchDirectory: Sendable {
    /// Its key, with the slash.
    public let key: ObjectKey
    private let backend: any Backend

    /// A new one under `prefix`.
    public init(_ backend: any Backend, under prefix: ObjectKey) {
        self.backend = backend
        key = ObjectKey(".godwit-bench-\(String(UInt64.random(in: .min ... .max), radix: 36))/").prefixed(by: prefix)
    }

    /// Does `body`, and then removes everything in the directory, also after an error or a cancellation.
    /// - Throws: What `body` throws, else what kept something from being removed.
    public func emptied<Result: Sendable>(
        after body: () async throws(StorageError) -> Result
    ) async throws(StorageError) -> Result {
        let result: Swift.Result<Result, StorageError>
        do throws(StorageError) { result = .success(try await body()) } catch { result = .failure(error) }
        // A task of its own: this one may be cancelled, and what was written must still go.
        let failure = await Task { () -> StorageError? in
            do throws(StorageError) {
                try await empty()
                return nil
            } catch {
                return error
            }
        }.value
        let value = try result.get()
        if let failure { throw failure }
        return value
    }

    /// Removes everything in it, unfinished uploads too.
    func empty() async throws(StorageError) {
        for upload in try await backend.unfinishedUploads(under: key) { try await backend.abort(upload) }
        let capabilities = backend.capabilities
        let request = ListRequest(
            prefix: key, order: capabilities.listingOrders[0], includesDirectories: capabilities.hasDirectories)
        let listing = backend.list(request)
        var directories: [ObjectKey] = []
        while let page = try await listing.next() {
            directories += page.entries.lazy.filter { $0.kind == .directory }.map(\.key)
            try await delete(page.entries.filter { $0.kind != .directory }.map(\.key))
        }
        guard capabilities.hasDirectories else { return }
        // The deepest first; itself last.
        for directory in directories.sorted(by: >) { try await backend.removeContainer(directory) }
        do throws(StorageError) {
            try await backend.removeContainer(key)
        } catch  where error.kind == .notFound || error.kind == .containerNotFound {
            // Nothing was written.
        }
    }

    private func delete(_ keys: [ObjectKey]) async throws(StorageError) {
        var rest = keys[...]
        while !rest.isEmpty {
            let batch = rest.prefix(backend.capabilities.deleteBatchMax)
            rest = rest.dropFirst(batch.count)
            for outcome in try await backend.delete(batch.map { Deletion(key: $0) }) {
                if let error = outcome.error { throw error }
            }
        }
    }
}
