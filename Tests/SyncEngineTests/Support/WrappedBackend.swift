// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel
import Synchronization

/// Forwards everything; subclasses change one thing.
class WrappedBackend: Backend, @unchecked Sendable {  // safe: `inner` is immutable and Sendable
    let inner: any Backend

    init(_ inner: any Backend) { self.inner = inner }

    var identity: BackendIdentity { inner.identity }
    var capabilities: Capabilities { inner.capabilities }
    var preferredExecutor: (any TaskExecutor)? { inner.preferredExecutor }

    func list(_ request: ListRequest) -> any Listing { inner.list(request) }

    func stat(_ key: ObjectKey, version: String?) async throws(StorageError) -> Entry {
        try await inner.stat(key, version: version)
    }

    func read(_ key: ObjectKey, _ options: ReadOptions, into buffer: PartBuffer) async throws(StorageError) -> Entry {
        try await inner.read(key, options, into: buffer)
    }

    func write(_ content: PartBuffer, to key: ObjectKey, _ options: WriteOptions) async throws(StorageError) -> Entry {
        try await inner.write(content, to: key, options)
    }

    func terms(_ options: WriteOptions, for key: ObjectKey) -> [UInt8] { inner.terms(options, for: key) }

    func beginUpload(
        to key: ObjectKey, size: Int64, partSize: Int64, _ options: WriteOptions
    ) async throws(StorageError) -> any UploadSession {
        try await inner.beginUpload(to: key, size: size, partSize: partSize, options)
    }

    func resumeUpload(
        _ token: String, to key: ObjectKey, size: Int64, partSize: Int64, _ options: WriteOptions
    ) async throws(StorageError) -> any UploadSession {
        try await inner.resumeUpload(token, to: key, size: size, partSize: partSize, options)
    }

    func flush() async throws(StorageError) { try await inner.flush() }

    func copySource(_ entry: Entry) -> CopySource { inner.copySource(entry) }

    func copy(_ source: CopySource, to key: ObjectKey, _ options: WriteOptions) async throws(StorageError) -> Entry {
        try await inner.copy(source, to: key, options)
    }

    func setModified(_ time: Timestamp, of entry: Entry) async throws(StorageError) {
        try await inner.setModified(time, of: entry)
    }

    func attributes(of entry: Entry, _ wanted: Attributes) async throws(StorageError) -> ObjectMetadata {
        try await inner.attributes(of: entry, wanted)
    }

    func setAttributes(
        _ changed: Attributes, of entry: Entry, to metadata: ObjectMetadata, modified: Timestamp?
    ) async throws(StorageError) {
        try await inner.setAttributes(changed, of: entry, to: metadata, modified: modified)
    }

    func keptAttributes(of wanted: Attributes) async throws(StorageError) -> Attributes {
        try await inner.keptAttributes(of: wanted)
    }

    func restore(_ entry: Entry, _ request: RestoreRequest) async throws(StorageError) -> ArchiveState? {
        try await inner.restore(entry, request)
    }

    func delete(_ deletions: [Deletion]) async throws(StorageError) -> [DeleteOutcome] {
        try await inner.delete(deletions)
    }

    func createContainer() async throws(StorageError) { try await inner.createContainer() }

    func removeContainer(_ directory: ObjectKey) async throws(StorageError) {
        try await inner.removeContainer(directory)
    }

    func containerExists() async throws(StorageError) -> Bool { try await inner.containerExists() }

    func keepsVersions() async throws(StorageError) -> Bool { try await inner.keepsVersions() }

    func unfinishedUploads(under prefix: ObjectKey) async throws(StorageError) -> [UnfinishedUpload] {
        try await inner.unfinishedUploads(under: prefix)
    }

    func abort(_ upload: UnfinishedUpload) async throws(StorageError) { try await inner.abort(upload) }
}

/// A store whose listings say something else; subclasses change more.
class RelistedBackend: WrappedBackend, @unchecked Sendable {  // safe: `map` is immutable and Sendable
    private let map: @Sendable (ListingPage) throws(StorageError) -> ListingPage

    init(_ inner: any Backend, _ map: @escaping @Sendable (ListingPage) throws(StorageError) -> ListingPage) {
        self.map = map
        super.init(inner)
    }

    override func list(_ request: ListRequest) -> any Listing { MappedListing(inner.list(request), map) }
}

/// A store whose entries carry no tags, as files have none.
final class UntaggedBackend: RelistedBackend, @unchecked Sendable {  // safe: adds no state
    init(_ inner: any Backend) {
        super.init(inner) { page in
            var page = page
            for index in page.entries.indices { page.entries[index].tag = nil }
            return page
        }
    }

    override func stat(_ key: ObjectKey, version: String?) async throws(StorageError) -> Entry {
        var entry = try await inner.stat(key, version: version)
        entry.tag = nil
        return entry
    }

    override func read(
        _ key: ObjectKey, _ options: ReadOptions, into buffer: PartBuffer
    ) async throws(StorageError) -> Entry {
        var entry = try await inner.read(key, options, into: buffer)
        entry.tag = nil
        return entry
    }
}

/// A store with directories of its own and no markers.
final class TreeBackend: WrappedBackend, @unchecked Sendable {  // safe: adds no state
    override var capabilities: Capabilities {
        var capabilities = inner.capabilities
        capabilities.storesDirectoryMarkers = false
        capabilities.hasDirectories = true
        return capabilities
    }
}

/// A listing whose pages are changed as they come.
final class MappedListing: Listing {
    private let inner: any Listing
    private let map: @Sendable (ListingPage) throws(StorageError) -> ListingPage

    init(_ inner: any Listing, _ map: @escaping @Sendable (ListingPage) throws(StorageError) -> ListingPage) {
        self.inner = inner
        self.map = map
    }

    func next() async throws(StorageError) -> ListingPage? {
        guard let page = try await inner.next() else { return nil }
        return try map(page)
    }
}

/// A store where the first read of the range that begins at `offset` never ends by itself.
final class StallingBackend: WrappedBackend, @unchecked Sendable {  // safe: `reads` is locked
    private let offset: Int64
    private let reads = Mutex(0)

    init(_ inner: any Backend, at offset: Int64) {
        self.offset = offset
        super.init(inner)
    }

    /// How often that range was asked for.
    var count: Int { reads.withLock { $0 } }

    override func read(
        _ key: ObjectKey, _ options: ReadOptions, into buffer: PartBuffer
    ) async throws(StorageError) -> Entry {
        if options.range?.lowerBound == offset {
            let isFirst = reads.withLock { reads in
                reads += 1
                return reads == 1
            }
            // It ends when it is cancelled.
            if isFirst { try? await Task.sleep(for: .seconds(3600)) }
        }
        return try await inner.read(key, options, into: buffer)
    }
}
