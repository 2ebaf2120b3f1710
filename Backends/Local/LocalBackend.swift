// Part of godwit. SPDX-License-Identifier: Apache-2.0

package import StorageModel
internal import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// A directory tree as a store: keys are relative paths.
///
/// Nothing outside the root is reached, by no key and through no symbolic link (except where links are followed on
/// purpose, and then only to read). Objects appear whole, by rename. Files of up to 1 MiB are read and written on the
/// calling thread, so that a caller who pins many small objects to one thread keeps them there; larger ones, and
/// listings, run on threads of the backend.
package final class LocalBackend: Backend {
    package let identity: BackendIdentity
    package let capabilities: Capabilities
    package var preferredExecutor: (any TaskExecutor)? { nil }

    let options: LocalOptions
    let root: LocalRoot
    let listingPool: BlockingPool
    let contentPool: BlockingPool
    private let linkPolicy: Mutex<ListRequest.LinkPolicy>
    private let temporaryCount = Atomic<Int>(0)

    /// More bytes than this are read or written on the backend's threads.
    static let inlineBytesMax = 1 << 20

    /// The tree under the directory `root`, which need not exist yet.
    package init(root: String, options: LocalOptions = LocalOptions()) {
        self.options = options
        self.root = LocalRoot(path: root, usesOpenat2: options.usesOpenat2)
        listingPool = BlockingPool(threads: options.threads)
        contentPool = BlockingPool(threads: options.threads)
        linkPolicy = Mutex(options.links)
        identity = BackendIdentity(store: "local", container: self.root.path)
        capabilities = Capabilities(
            listingOrders: [.keyBytes, .pathComponents], listsModified: true, timePrecision: .nanoseconds(1),
            readsAreLocal: true,
            multipart: Capabilities.MultipartLimits(partMin: 1, partMax: 1 << 40, partCountMax: 1 << 30),
            deleteBatchMax: 1000, keyBytesMax: 4096, storesDirectoryMarkers: options.escapesKeys,
            hasDirectories: true,
            attributes: options.keepsAttributes
                ? [.metadata, .tags, .access, .lock, .redirect, .times]
                : options.keepsPermissions ? [.metadata, .times] : .times,
            conditions: [.writeIfAbsent, .completeIfAbsent])
    }

    package func list(_ request: ListRequest) -> any Listing {
        if request.links != .skip { linkPolicy.withLock { $0 = request.links } }
        return LocalListing(backend: self, request: request)
    }

    package func stat(_ key: ObjectKey, version: String?) async throws(StorageError) -> Entry {
        try checkCancelled(.stat, key)
        try refuseVersion(version, .stat, key)
        if isDirectoryKey(key) {
            let path = try path(of: ObjectKey(key.bytes.prefix(key.bytes.count - 1)), .stat)
            let status = try status(path, key, .stat)
            guard status.kind == .directory else { throw failure(.notFound, .stat, key) }
            return status.entry(key, .directory)
        }
        let path = try path(of: key, .stat)
        if links == .keep, let link = path.linkPath, let status = try? status(link, key, .stat, keepsLinks: true),
            status.kind == .symbolicLink
        {
            return status.entry(key, .symbolicLink)
        }
        let status = try status(path, key, .stat)
        guard status.kind == .file else { throw notAFile(status.kind, .stat, key) }
        var entry = status.entry(key)
        // What may not be opened shows its status all the same.
        if self.options.keepsAttributes || self.options.keepsPermissions,
            let file = try? root.open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY, follows: links == .follow)
        {
            entry.metadata = metadata(of: file.raw)
        }
        return entry
    }

    /// What the open file carries; nil when that is nothing.
    func metadata(of file: Int32) -> ObjectMetadata? {
        var metadata = options.keepsAttributes ? ExtendedAttributes.read(file) : nil
        if options.keepsPermissions {
            var raw = Glibc.stat()
            guard fstat(file, &raw) == 0 else { return metadata }
            var all = metadata ?? ObjectMetadata()
            FilePermissions.add(raw, to: &all)
            metadata = all
        }
        return metadata
    }

    package func attributes(of entry: Entry, _ wanted: Attributes) async throws(StorageError) -> ObjectMetadata {
        // A stat and a read show everything.
        entry.metadata ?? ObjectMetadata()
    }

    package func setAttributes(
        _ changed: Attributes, of entry: Entry, to metadata: ObjectMetadata, modified: Timestamp?
    ) async throws(StorageError) {
        throw StorageError(
            .unsupported, during: .write, at: root.path, key: entry.key,
            message: "a file's attributes are written with its content")
    }

    package func restore(_ entry: Entry, _ request: RestoreRequest) async throws(StorageError) -> ArchiveState? { nil }

    package func copySource(_ entry: Entry) -> CopySource { CopySource(container: root.path, entry: entry) }

    package func copy(
        _ source: CopySource, to key: ObjectKey, _ options: WriteOptions
    ) async throws(StorageError) -> Entry {
        throw StorageError(
            .unsupported, during: .copy, at: root.path, key: key, message: "files are copied through buffers")
    }

    package func setModified(_ time: Timestamp, of entry: Entry) async throws(StorageError) {
        let key = entry.key
        try checkCancelled(.write, key)
        let isDirectory = entry.kind == .directory
        var path = try path(of: isDirectory ? ObjectKey(key.bytes.prefix(key.bytes.count - 1)) : key, .write)
        if entry.kind == .symbolicLink, let link = path.linkPath { path = link }
        let follows = links == .follow
        try attempt(.write, key) {
            let parent = try root.directoryNow(path.parent, follows: follows)
            let status = try path.withName { (name: UnsafePointer<CChar>) throws(SystemError) in
                try FileStatus(of: name, in: parent.raw, follows: follows)
            }
            guard isDirectory || status.matches(entry) else {
                throw StorageError(
                    .preconditionFailed, during: .write, at: root.path, key: key,
                    message: "the file changed since it was listed")
            }
            let times = [timespec(tv_sec: 0, tv_nsec: Self.omitTime), time.raw]
            _ = try systemCall {
                path.withName { utimensat(parent.raw, $0, times, follows ? 0 : AT_SYMLINK_NOFOLLOW) }
            }
        }
    }

    package func flush() async throws(StorageError) {
        try await contentPool.run { [root] () throws(StorageError) in
            do throws(SystemError) { try root.flush() } catch {
                throw StorageError(
                    error.kind, during: .write, at: root.path,
                    message: "what was written may not have reached the disk: \(error.text)",
                    advice: error.advice, disposition: error.disposition)
            }
        }
    }
}

extension LocalBackend {
    /// `UTIME_OMIT`, which the C library shows only under a feature macro.
    static let omitTime = (1 << 30) - 2

    var links: ListRequest.LinkPolicy { linkPolicy.withLock { $0 } }

    /// A name that no other write of this backend uses.
    func temporaryName() -> [UInt8] {
        TemporaryName.make(run: options.run, number: temporaryCount.add(1, ordering: .relaxed).newValue)
    }

    /// Whether `key` names a directory rather than a file.
    func isDirectoryKey(_ key: ObjectKey) -> Bool { key.isDirectoryMarker && !options.escapesKeys }

    func path(of key: ObjectKey, _ operation: StorageError.Operation) throws(StorageError) -> LocalPath {
        do throws(InvalidName) {
            if key.isRoot { throw InvalidName("a file needs a name") }
            if let limit = capabilities.keyBytesMax, key.bytes.count > limit {
                throw InvalidName("a path of \(key.bytes.count) bytes is longer than systems allow")
            }
            return try LocalPath(key, escapes: options.escapesKeys)
        } catch {
            throw StorageError(
                .invalidKey, during: operation, at: root.path, key: key, message: error.reason,
                advice: error.isEscapable && !options.escapesKeys
                    ? "--escape-keys maps such keys to names of files" : nil)
        }
    }

    /// The status of what is at `path`; with `keepsLinks` of the link itself.
    func status(
        _ path: LocalPath, _ key: ObjectKey, _ operation: StorageError.Operation, keepsLinks: Bool = false
    ) throws(StorageError) -> FileStatus {
        let follows = links == .follow
        return try attempt(operation, key) {
            let parent = try root.directoryNow(path.parent, follows: follows)
            return try path.withName { (name: UnsafePointer<CChar>) throws(SystemError) in
                try FileStatus(of: name, in: parent.raw, follows: follows && !keepsLinks)
            }
        }
    }

    /// Runs `body`, which throws what the system answers or a finished error, and makes every error one about `key`.
    func attempt<R: ~Copyable>(
        _ operation: StorageError.Operation, _ key: ObjectKey, _ body: () throws -> R
    ) throws(StorageError) -> R {
        do { return try body() } catch {
            switch error {
            case let error as StorageError: throw error
            case let error as SystemError: throw failure(error, operation, key)
            default:
                throw StorageError(.unexpected, during: operation, at: root.path, key: key, message: "\(error)")
            }
        }
    }

    func checkCancelled(_ operation: StorageError.Operation, _ key: ObjectKey) throws(StorageError) {
        guard Task.isCancelled else { return }
        throw StorageError(
            .cancelled, during: operation, at: root.path, key: key.isRoot ? nil : key, message: "cancelled")
    }

    func refuseVersion(
        _ version: String?, _ operation: StorageError.Operation, _ key: ObjectKey
    ) throws(StorageError) {
        guard version != nil else { return }
        throw StorageError(
            .unsupported, during: operation, at: root.path, key: key, message: "a file system keeps no versions")
    }

    /// Why something that is there is not an object.
    func notAFile(_ kind: FileStatus.Kind, _ operation: StorageError.Operation, _ key: ObjectKey) -> StorageError {
        let reason =
            switch kind {
            case .directory: "it is a directory, not a file"
            case .symbolicLink: "it is a symbolic link, which is not followed"
            case .file, .special: "it is not a regular file"
            }
        return StorageError(
            kind == .directory ? .notFound : .invalidKey, during: operation, at: root.path, key: key, message: reason,
            advice: kind == .symbolicLink ? "--copy-links follows links, --links keeps them" : nil)
    }

    /// What the system's answer means for `key`.
    func failure(_ error: SystemError, _ operation: StorageError.Operation, _ key: ObjectKey) -> StorageError {
        var result = StorageError(
            error.kind, during: operation, at: root.path, key: key.isRoot ? nil : key, message: error.text,
            advice: error.advice, disposition: error.disposition)
        switch error.code {
        case ENOENT where (try? root.handle()) == nil:
            result.kind = .containerNotFound
            result.message = "the directory does not exist"
        case ENOTDIR where [.stat, .read, .delete].contains(operation):
            result.kind = .notFound
        case ELOOP:
            result.message = "a symbolic link is in the way; nothing is reached through links"
        case EXDEV:
            result.message = "the path leads out of the root"
        case ENOTDIR where operation == .write || operation == .upload:
            result.message = "a file is where a directory is needed"
        case EISDIR where operation == .write || operation == .upload:
            result.message = "a directory is where the file must go"
        default: break
        }
        return result
    }
}
