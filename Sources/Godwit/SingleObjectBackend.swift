// Part of godwit. SPDX-License-Identifier: Apache-2.0

public import StorageModel

/// A container narrowed to one object, which may be shown under another key: a run between two of these copies one
/// object to an exact name by the same path as a whole tree.
///
/// Only the shown key exists here. Listing it is one stat of the object, so a directory of millions is never listed
/// for the sake of one name.
public struct SingleObjectBackend: Backend {
    private let inner: any Backend
    private let object: ObjectKey
    private let shown: ObjectKey

    /// Narrows `inner` to `object`, shown as `shownAs` where that is given.
    public init(_ inner: any Backend, object: ObjectKey, shownAs: ObjectKey? = nil) {
        self.inner = inner
        self.object = object
        shown = shownAs ?? object
    }

    /// Renamed, it is a container of its own: its keys say nothing about those of the real one.
    public var identity: BackendIdentity {
        var identity = inner.identity
        if shown != object { identity.container += " \(object)" }
        return identity
    }

    public var capabilities: Capabilities {
        var capabilities = inner.capabilities
        capabilities.listingOrders = [.keyBytes, .pathComponents]
        return capabilities
    }

    public var preferredExecutor: (any TaskExecutor)? { inner.preferredExecutor }

    public func list(_ request: ListRequest) -> any Listing { SingleObjectListing(self, request) }

    public func stat(_ key: ObjectKey, version: String?) async throws(StorageError) -> Entry {
        outer(try await inner.stat(try real(key, .stat), version: version))
    }

    public func read(
        _ key: ObjectKey, _ options: ReadOptions, into buffer: PartBuffer
    ) async throws(StorageError) -> Entry {
        var options = options
        options.ifIdentity = options.ifIdentity.map(actual)
        return outer(try await inner.read(try real(key, .read), options, into: buffer))
    }

    public func write(
        _ content: PartBuffer, to key: ObjectKey, _ options: WriteOptions
    ) async throws(StorageError) -> Entry {
        outer(try await inner.write(content, to: try real(key, .write), options))
    }

    public func beginUpload(
        to key: ObjectKey, size: Int64, partSize: Int64, _ options: WriteOptions
    ) async throws(StorageError) -> any UploadSession {
        try await inner.beginUpload(to: try real(key, .upload), size: size, partSize: partSize, options)
    }

    public func copy(
        _ source: CopySource, to key: ObjectKey, _ options: WriteOptions
    ) async throws(StorageError) -> Entry {
        outer(try await inner.copy(source, to: try real(key, .copy), options))
    }

    public func setModified(_ time: Timestamp, of entry: Entry) async throws(StorageError) {
        try await inner.setModified(time, of: actual(entry))
    }

    public func delete(_ deletions: [Deletion]) async throws(StorageError) -> [DeleteOutcome] {
        var renamed = deletions
        for index in renamed.indices { renamed[index].key = try real(deletions[index].key, .delete) }
        var outcomes = try await inner.delete(renamed)
        for index in outcomes.indices { outcomes[index].key = shown }
        return outcomes
    }

    public func createContainer() async throws(StorageError) { try await inner.createContainer() }

    public func removeContainer(_ directory: ObjectKey) async throws(StorageError) {
        throw StorageError(.unsupported, during: .deleteContainer, at: identity.container, message: "not of one object")
    }

    public func containerExists() async throws(StorageError) -> Bool { try await inner.containerExists() }

    public func unfinishedUploads(under prefix: ObjectKey) async throws(StorageError) -> [UnfinishedUpload] { [] }

    public func abort(_ upload: UnfinishedUpload) async throws(StorageError) { try await inner.abort(upload) }

    private func real(
        _ key: ObjectKey, _ operation: StorageError.Operation
    ) throws(StorageError) -> ObjectKey {
        guard key == shown else {
            throw StorageError(
                .notFound, during: operation, at: inner.identity.container, key: key, message: "outside of this run")
        }
        return object
    }

    private func outer(_ entry: Entry) -> Entry {
        var entry = entry
        entry.key = shown
        return entry
    }

    private func actual(_ entry: Entry) -> Entry {
        var entry = entry
        entry.key = object
        return entry
    }

    fileprivate var onlyKey: ObjectKey { shown }
}

/// One page with one entry, or none.
private actor SingleObjectListing: Listing {
    private let backend: SingleObjectBackend
    private let request: ListRequest
    private var isOver = false

    init(_ backend: SingleObjectBackend, _ request: ListRequest) {
        self.backend = backend
        self.request = request
    }

    func next() async throws(StorageError) -> ListingPage? {
        guard !isOver else { return nil }
        isOver = true
        let key = backend.onlyKey
        guard key.hasPrefix(request.prefix), request.after.map({ request.order.compare($0, key) < 0 }) ?? true else {
            return nil
        }
        do throws(StorageError) {
            return ListingPage(entries: [try await backend.stat(key, version: nil)])
        } catch where error.kind == .notFound {
            return nil
        } catch {
            throw error
        }
    }
}
