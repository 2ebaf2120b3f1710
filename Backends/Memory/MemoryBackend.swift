// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Digests
package import StorageModel

/// The reference implementation of ``Backend``, and the oracle that other backends are tested against: S3's meaning
/// (whole objects, tags that are MD5, multipart, conditions) on dictionaries.
///
/// Backends on one ``MemoryStore`` copy server-side between their containers.
package final class MemoryBackend: Backend {
    package let identity: BackendIdentity
    package let capabilities: Capabilities
    package var preferredExecutor: (any TaskExecutor)? { nil }

    let options: MemoryOptions
    private let store: MemoryStore

    /// The container `container` of `store`, which need not exist yet. Without a store, a container of its own.
    package init(
        store: MemoryStore = MemoryStore(containers: ["memory"]), container: String = "memory",
        options: MemoryOptions = MemoryOptions()
    ) {
        self.store = store
        self.options = options
        // Two stores are two accounts: what one holds, the other cannot copy.
        identity = BackendIdentity(store: "memory", account: "store-\(store.number)", container: container)
        capabilities = Capabilities(
            listingOrders: options.listingOrders, listsModified: options.listsModified,
            timePrecision: .nanoseconds(1), readsAreLocal: options.readsAreLocal, multipart: options.multipart,
            singleWriteMax: options.singleWriteMax, serverSideCopyMax: options.serverSideCopyMax,
            copiesParts: options.copiesParts, deleteBatchMax: options.deleteBatchMax,
            keyBytesMax: options.keyBytesMax, storesDirectoryMarkers: true, attributes: options.attributes,
            listsVersions: options.keepsVersions, hidesTags: options.hidesTags,
            storageClasses: options.storageClasses.union(options.archiveClasses),
            archiveClasses: options.archiveClasses, tagsAreMD5: true,
            conditions: options.conditions)
    }

    package func list(_ request: ListRequest) -> any Listing {
        request.versions == .current
            ? MemoryListing(backend: self, request: request) : MemoryVersionListing(backend: self, request: request)
    }

    package func stat(_ key: ObjectKey, version: String?) async throws(StorageError) -> Entry {
        try checkCancelled(.stat, key)
        let entry = try object(key, version: version, during: .stat).entry(key)
        if entry.archive == .restoring { try advanceRestore(of: key) }
        return entry
    }

    package func read(
        _ key: ObjectKey, _ options: ReadOptions, into buffer: PartBuffer
    ) async throws(StorageError) -> Entry {
        try checkCancelled(.read, key)
        let object = try object(key, version: options.version, during: .read)
        try checkReadable(object, .read, key)
        if honours(.readIfMatch), let tag = options.ifMatch, tag != object.tag {
            throw error(.preconditionFailed, .read, key, "the object is no longer the one asked for")
        }
        let entry = object.entry(key)
        if let expected = options.ifIdentity,
            expected.size != entry.size || expected.modified != entry.modified
                || expected.fileIdentity != entry.fileIdentity
        {
            throw error(.preconditionFailed, .read, key, "the object changed since it was listed")
        }
        let size = Int64(object.content.count)
        let range = options.range ?? 0..<size
        guard range.isEmpty || range.lowerBound < size else {
            throw error(.preconditionFailed, .read, key, "the object has \(size) bytes, fewer than were asked for")
        }
        let wanted = Int(min(range.lowerBound, size))..<Int(min(range.upperBound, size))
        let fits = object.content.withUnsafeBytes { buffer.append(UnsafeRawBufferPointer(rebasing: $0[wanted])) }
        guard fits else {
            throw error(.preconditionFailed, .read, key, "the object grew to \(size) bytes")
        }
        return entry
    }

    package func write(
        _ content: PartBuffer, to key: ObjectKey, _ options: WriteOptions
    ) async throws(StorageError) -> Entry {
        try checkCancelled(.write, key)
        try checkKey(key, during: .write)
        guard Int64(content.count) <= capabilities.singleWriteMax else {
            throw error(.unsupported, .write, key, "\(content.count) bytes are more than one write can take")
        }
        let bytes = content.array
        try prove(bytes, is: options.expected, .write, key)
        return try put(bytes, tag: Self.tag(of: bytes), at: key, options, during: .write)
    }

    package func copySource(_ entry: Entry) -> CopySource {
        CopySource(container: identity.container, entry: entry)
    }

    package func copy(
        _ source: CopySource, to key: ObjectKey, _ options: WriteOptions
    ) async throws(StorageError) -> Entry {
        try checkCancelled(.copy, key)
        try checkKey(key, during: .copy)
        let object = try content(of: source, during: .copy)
        guard let limit = capabilities.serverSideCopyMax, Int64(object.content.count) <= limit else {
            throw error(.unsupported, .copy, key, "\(object.content.count) bytes are more than one copy can take")
        }
        try prove(object.content, is: options.expected, .copy, key)
        var options = options
        let given = options.metadata
        if !options.replacesMetadata {
            options.metadata = object.metadata
            options.modified = object.modified
        }
        // As S3 does: tags are copied unless others are given; lock, access and redirect never are.
        options.metadata.tags = options.replacesTags ? given.tags : object.metadata.tags
        options.metadata.lock = given.lock
        options.metadata.access = given.access
        options.metadata.websiteRedirect = given.websiteRedirect
        return try put(object.content, tag: Self.tag(of: object.content), at: key, options, during: .copy)
    }

    package func setModified(_ time: Timestamp, of entry: Entry) async throws(StorageError) {
        try change(entry) { object in
            object.modified = time
            object.identity?.changed = options.now()
        }
    }

    package func attributes(of entry: Entry, _ wanted: Attributes) async throws(StorageError) -> ObjectMetadata {
        try checkCancelled(.stat, entry.key)
        var metadata = try object(entry.key, version: entry.version, during: .stat).metadata
        if wanted.contains(.access), metadata.access == nil { metadata.access = AccessList() }
        return metadata
    }

    package func setAttributes(
        _ changed: Attributes, of entry: Entry, to metadata: ObjectMetadata, modified: Timestamp?
    ) async throws(StorageError) {
        try change(entry) { object in
            if changed.contains(.metadata) {
                object.metadata.setContent(metadata)
                object.metadata.websiteRedirect = metadata.websiteRedirect
                object.modified = modified
                object.written = options.now()
            }
            if changed.contains(.tags) { object.metadata.tags = metadata.tags }
            if changed.contains(.access) { object.metadata.access = metadata.access }
            if changed.contains(.lock) { object.metadata.lock = metadata.lock }
        }
    }

    /// Changes the object that `entry` describes, if it is still that one.
    private func change(_ entry: Entry, _ body: (inout MemoryObject) -> Void) throws(StorageError) {
        try checkCancelled(.write, entry.key)
        try withContainer(.write) { container throws(StorageError) in
            guard var object = container[entry.key] else {
                throw error(.notFound, .write, entry.key, "no such object")
            }
            if let tag = entry.tag, tag != object.tag {
                throw error(.preconditionFailed, .write, entry.key, "the object changed since it was listed")
            }
            body(&object)
            container.amend(object, at: entry.key)
        }
    }

    package func delete(_ deletions: [Deletion]) async throws(StorageError) -> [DeleteOutcome] {
        try checkCancelled(.delete, deletions.first?.key ?? .root)
        guard deletions.count <= capabilities.deleteBatchMax else {
            throw error(.unsupported, .delete, .root, "\(deletions.count) keys are more than one call can delete")
        }
        return try withContainer(.delete) { container in
            deletions.map { deletion in
                if let version = deletion.version {
                    guard options.keepsVersions else {
                        return DeleteOutcome(
                            key: deletion.key, error: error(.unsupported, .delete, deletion.key, Self.noVersions))
                    }
                    container.remove(version: version, of: deletion.key)
                    return DeleteOutcome(key: deletion.key)
                }
                if honours(.deleteIfMatch), let tag = deletion.ifMatch, let object = container[deletion.key],
                    object.tag != tag
                {
                    return DeleteOutcome(
                        key: deletion.key,
                        error: error(.preconditionFailed, .delete, deletion.key, "the object changed"))
                }
                if options.keepsVersions {
                    return DeleteOutcome(
                        key: deletion.key, marker: container.keep(nil, at: deletion.key, written: options.now()))
                }
                container[deletion.key] = nil
                return DeleteOutcome(key: deletion.key)
            }
        }
    }
}

extension MemoryBackend {
    package func createContainer() async throws(StorageError) { store.create(identity.container) }

    package func removeContainer(_ directory: ObjectKey) async throws(StorageError) {
        guard directory.isRoot else {
            return try withContainer(.deleteContainer) { container throws(StorageError) in
                let below = container.keys(in: .keyBytes, seed: 0).first { $0.hasPrefix(directory) && $0 != directory }
                guard below == nil else {
                    throw error(.preconditionFailed, .deleteContainer, directory, "the directory is not empty")
                }
                container[directory] = nil
            }
        }
        guard try store.remove(identity.container) else {
            throw error(.preconditionFailed, .deleteContainer, .root, "the container is not empty")
        }
    }

    package func containerExists() async throws(StorageError) -> Bool { store.contains(identity.container) }

    package func keepsVersions() async throws(StorageError) -> Bool { options.keepsVersions }

    package func keptAttributes(of wanted: Attributes) async throws(StorageError) -> Attributes {
        capabilities.attributes.intersection(wanted)
    }
}

extension MemoryBackend {
    static let noVersions = "the store keeps no versions"

    static func tag(of bytes: [UInt8]) -> VersionTag {
        VersionTag(Checksum(.md5, bytes.withUnsafeBytes { Digest.of($0, .md5) }).hexadecimal)
    }

    func honours(_ condition: Capabilities.Conditions) -> Bool { capabilities.conditions.contains(condition) }

    func withContainer<R: Sendable>(
        _ operation: StorageError.Operation, _ body: (inout MemoryContainer) throws(StorageError) -> R
    ) throws(StorageError) -> R {
        try store.withContainer(identity.container, during: operation, body)
    }

    func error(
        _ kind: StorageError.Kind, _ operation: StorageError.Operation, _ key: ObjectKey, _ message: String
    ) -> StorageError {
        StorageError(
            kind, during: operation, at: "memory:\(identity.container)", key: key.isRoot ? nil : key, message: message)
    }

    func checkCancelled(_ operation: StorageError.Operation, _ key: ObjectKey) throws(StorageError) {
        if Task.isCancelled { throw error(.cancelled, operation, key, "cancelled") }
    }

    func checkKey(_ key: ObjectKey, during operation: StorageError.Operation) throws(StorageError) {
        if key.isRoot { throw error(.invalidKey, operation, key, "an object needs a name") }
        if let limit = capabilities.keyBytesMax, key.bytes.count > limit {
            throw error(.invalidKey, operation, key, "the key has \(key.bytes.count) bytes, at most \(limit) can be")
        }
    }

    func prove(
        _ bytes: [UInt8], is expected: Checksum?, _ operation: StorageError.Operation, _ key: ObjectKey
    ) throws(StorageError) {
        guard let expected else { return }
        let actual = bytes.withUnsafeBytes { Digest.of($0, expected.algorithm) }
        guard expected.parts == nil, actual == expected.bytes else {
            throw error(.corrupted, operation, key, "the bytes do not have the \(expected.algorithm) that was given")
        }
    }

    private func object(
        _ key: ObjectKey, version: String?, during operation: StorageError.Operation
    ) throws(StorageError) -> MemoryObject {
        guard version == nil || options.keepsVersions else {
            throw error(.unsupported, operation, key, Self.noVersions)
        }
        let object = try withContainer(operation) { Self.object(key, version, in: $0) }
        guard let object else { throw error(.notFound, operation, key, "no such object") }
        return object
    }

    private static func object(_ key: ObjectKey, _ version: String?, in container: MemoryContainer) -> MemoryObject? {
        guard let version else { return container[key] }
        return container.histories[key]?.first { $0.id == version }?.object
    }

    /// The object that a copy reads, if it is still the one meant.
    func content(
        of source: CopySource, during operation: StorageError.Operation
    ) throws(StorageError) -> MemoryObject {
        let key = source.entry.key
        let object = try store.withContainer(source.container, during: operation) {
            Self.object(key, source.entry.version, in: $0)
        }
        guard let object else { throw error(.notFound, operation, key, "no such object in \(source.container)") }
        if honours(.copySourceIfMatch), let tag = source.entry.tag, tag != object.tag {
            throw error(.preconditionFailed, operation, key, "the source changed since it was listed")
        }
        try checkReadable(object, operation, key)
        return object
    }

    /// Makes an object visible if the precondition holds.
    func put(
        _ bytes: [UInt8], tag: VersionTag, at key: ObjectKey, _ options: WriteOptions,
        during operation: StorageError.Operation
    ) throws(StorageError) -> Entry {
        let now = self.options.now()
        var object = MemoryObject(
            content: bytes, tag: tag, modified: options.modified ?? (capabilities.listsModified ? now : nil),
            written: now, metadata: options.metadata, storageClass: options.storageClass)
        if let name = options.storageClass, self.options.archiveClasses.contains(name) { object.archive = .archived }
        try withContainer(operation) { container throws(StorageError) in
            let present = container[key]
            switch options.precondition {
            case .absent where honours(operation == .upload ? .completeIfAbsent : .writeIfAbsent):
                if present != nil { throw error(.preconditionFailed, operation, key, "an object is there already") }
            case .matches(let tag) where honours(.writeIfMatch):
                if present?.tag != tag { throw error(.preconditionFailed, operation, key, "the object changed") }
            case nil, .absent, .matches: break
            }
            if self.options.givesFileIdentities {
                object.identity = FileIdentity(device: 1, inode: container.nextInode(), changed: now)
            }
            if self.options.keepsVersions {
                object.version = container.keep(object, at: key, written: now)
            } else {
                container[key] = object
            }
        }
        return object.entry(key)
    }
}
