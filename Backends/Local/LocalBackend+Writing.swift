// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Digests
package import StorageModel

#if canImport(Glibc)
    import Glibc
#endif

extension LocalBackend {
    package func write(
        _ content: PartBuffer, to key: ObjectKey, _ options: WriteOptions
    ) async throws(StorageError) -> Entry {
        try checkCancelled(.write, key)
        guard content.count > Self.inlineBytesMax else { return try writeNow(content, key, options) }
        return try await contentPool.run { [self] () throws(StorageError) in try writeNow(content, key, options) }
    }

    package func terms(_ options: WriteOptions, for key: ObjectKey) -> [UInt8] { [] }

    package func beginUpload(
        to key: ObjectKey, size: Int64, partSize: Int64, _ options: WriteOptions
    ) async throws(StorageError) -> any UploadSession {
        try checkCancelled(.upload, key)
        try refuseUnknownCondition(options, .upload, key)
        if isDirectoryKey(key) { throw notADirectory(.upload, key) }
        let path = try path(of: key, .upload)
        let file = try attempt(.upload, key) {
            let file = try pendingFile(at: path, size: size, options)
            if size > 0 { try file.reserve(size) }
            return file
        }
        return LocalUploadSession(
            backend: self, file: file, key: key, size: size, partSize: partSize, options: options)
    }

    package func resumeUpload(
        _ token: String, to key: ObjectKey, size: Int64, partSize: Int64, _ options: WriteOptions
    ) async throws(StorageError) -> any UploadSession {
        try checkCancelled(.upload, key)
        try refuseUnknownCondition(options, .upload, key)
        if isDirectoryKey(key) { throw notADirectory(.upload, key) }
        let file = try left(token, at: path(of: key, .upload), key, size: size, options)
        return LocalUploadSession(
            backend: self, file: file, key: key, size: size, partSize: partSize, options: options)
    }

    /// The file that an earlier process left at the name `token`. That comes from a journal, so it may be any text: only
    /// what an upload to `key` can have left is opened.
    private func left(
        _ token: String, at path: LocalPath, _ key: ObjectKey, size: Int64, _ options: WriteOptions
    ) throws(StorageError) -> PendingFile {
        let gone = StorageError(
            .notFound, during: .upload, at: root.path, key: key, message: "the unfinished upload is not there any more")
        if path.isNamed(token) {
            guard writesInPlace(size, options), let file = PendingFile(inPlace: path, root: root) else { throw gone }
            try attempt(.upload, key) { try file.reserve(size) }
            return file
        }
        guard let temporary = LocalPath(temporaryFile: Array(token.utf8)), temporary.parent == path.parent else {
            throw gone
        }
        do throws(SystemError) {
            return try PendingFile(at: temporary, beside: path, root: root)
        } catch {
            if case .transient = error.disposition { throw failure(error, .upload, key) }
            throw gone
        }
    }

    private func writeNow(
        _ content: PartBuffer, _ key: ObjectKey, _ options: WriteOptions
    ) throws(StorageError) -> Entry {
        try refuseUnknownCondition(options, .write, key)
        if let expected = options.expected,
            expected.parts != nil || Digest.of(content, expected.algorithm) != expected.bytes
        {
            throw corrupted(expected, .write, key)
        }
        if isDirectoryKey(key) { return try writeDirectory(content, key) }
        let path = try path(of: key, .write)
        if options.isSymbolicLink || links == .keep, let link = path.linkPath ?? (options.isSymbolicLink ? path : nil) {
            return try writeLink(content, key, link, options)
        }
        return try attempt(.write, key) {
            let file = try pendingFile(at: path, size: Int64(content.count), options)
            defer { file.discard() }
            try content.withUnsafeBytes { (bytes: UnsafeRawBufferPointer) throws(SystemError) in
                try file.write(bytes, at: 0)
            }
            return try publish(file, key, size: Int64(content.count), options, .write)
        }
    }

    /// The file to write what is to be at `path`.
    private func pendingFile(
        at path: LocalPath, size: Int64, _ options: WriteOptions
    ) throws(SystemError) -> PendingFile {
        if writesInPlace(size, options), let file = PendingFile(inPlace: path, root: root) { return file }
        while true {
            do {
                return try PendingFile(
                    beside: path, named: temporaryName(), root: root, createsRoot: self.options.createsRoot)
            } catch {
                // An earlier process of this run left a file of the name.
                guard error.code == EEXIST else { throw error }
            }
        }
    }

    private func writesInPlace(_ size: Int64, _ options: WriteOptions) -> Bool {
        self.options.writesInPlace && size >= 0 && options.precondition == nil && options.replaced == nil
    }

    /// Makes a finished file visible.
    func publish(
        _ file: PendingFile, _ key: ObjectKey, size: Int64, _ options: WriteOptions,
        _ operation: StorageError.Operation
    ) throws(StorageError) -> Entry {
        try carry(options.metadata, of: key, to: file, operation)
        do throws(SystemError) {
            let status = try file.publish(
                modified: options.modified, isNew: options.precondition == .absent,
                replacing: options.replaced, isLarge: operation == .upload,
                cutTo: operation == .upload || file.isInPlace ? size : nil)
            return Entry(key: key, size: size, modified: options.modified ?? status?.modified)
        } catch {
            let message: String
            switch error.code {
            case EEXIST where options.precondition == .absent: message = "a file is there already"
            case ESTALE where options.replaced != nil: message = "the file that was to be replaced is another by now"
            case ESTALE where file.isInPlace, ENOENT where file.isInPlace:
                message = "someone else replaced the file while it was written in place"
            default: throw failure(error, operation, key)
            }
            throw StorageError(.preconditionFailed, during: operation, at: root.path, key: key, message: message)
        }
    }

    /// Gives the file what the object carries, while nobody sees it.
    private func carry(
        _ metadata: ObjectMetadata, of key: ObjectKey, to file: PendingFile, _ operation: StorageError.Operation
    ) throws(StorageError) {
        var metadata = metadata
        if options.keepsPermissions {
            do throws(SystemError) { try file.setPermissions(metadata) } catch {
                throw cannotCarry("mode, owner and group", error, operation, key, "permissions")
            }
            metadata.user.removeAll { FilePermissions.names.contains($0.name) }
        }
        guard options.keepsAttributes else { return }
        if let type = metadata.contentType, type == options.usualType(key) { metadata.contentType = nil }
        do throws(SystemError) { try file.setAttributes(metadata) } catch {
            throw cannotCarry("what the object carries as extended attributes", error, operation, key, "xattrs")
        }
    }

    private func cannotCarry(
        _ what: String, _ error: SystemError, _ operation: StorageError.Operation, _ key: ObjectKey, _ kind: String
    ) -> StorageError {
        var failure = failure(error, operation, key)
        failure.message = "the file cannot be given \(what): \(error.text)"
        failure.advice = "--no-preserve \(kind) leaves that behind"
        return failure
    }

    /// An object named like a directory is one, if it is empty.
    private func writeDirectory(_ content: PartBuffer, _ key: ObjectKey) throws(StorageError) -> Entry {
        guard content.count == 0 else { throw notADirectory(.write, key) }
        let path = try path(of: ObjectKey(key.bytes.prefix(key.bytes.count - 1)), .write)
        return try attempt(.write, key) {
            let handle = try root.madeDirectory(path.bytes.dropLast(), createsRoot: options.createsRoot)
            return try FileStatus(of: ".", in: handle.raw, follows: false).entry(key, .directory)
        }
    }

    /// Writes a symbolic link whose target is `content`, whole as every object: made beside and renamed.
    private func writeLink(
        _ content: PartBuffer, _ key: ObjectKey, _ link: LocalPath, _ options: WriteOptions
    ) throws(StorageError) -> Entry {
        let target = content.array + [0]
        guard target.count > 1, !target.dropLast().contains(0) else {
            throw StorageError(
                .invalidKey, during: .write, at: root.path, key: key, message: "the content is no target of a link")
        }
        return try attempt(.write, key) {
            let parent = try freshParent(of: link)
            let temporary = link.sibling(temporaryName())
            _ = try systemCall {
                LocalPath.withCString(target, from: 0) { target in
                    temporary.withName { symlinkat(target, parent.raw, $0) }
                }
            }
            do throws(SystemError) {
                try publishLink(temporary, as: link, in: parent, options)
            } catch {
                _ = temporary.withName { unlinkat(parent.raw, $0, 0) }
                guard error.code == EEXIST, options.precondition == .absent else { throw error }
                throw StorageError(
                    .preconditionFailed, during: .write, at: root.path, key: key, message: "a file is there already")
            }
            let status = try link.withName { (name: UnsafePointer<CChar>) throws(SystemError) in
                try FileStatus(of: name, in: parent.raw, follows: false)
            }
            return status.entry(key, .symbolicLink)
        }
    }

    private func publishLink(
        _ temporary: LocalPath, as link: LocalPath, in parent: DirectoryHandle, _ options: WriteOptions
    ) throws(SystemError) {
        try temporary.withName { (from: UnsafePointer<CChar>) throws(SystemError) in
            if let modified = options.modified {
                let times = [timespec(tv_sec: 0, tv_nsec: Self.omitTime), modified.raw]
                _ = try systemCall { utimensat(parent.raw, from, times, AT_SYMLINK_NOFOLLOW) }
            }
            try link.withName { (to: UnsafePointer<CChar>) throws(SystemError) in
                try root.rename(from, to, in: parent, isNew: options.precondition == .absent)
            }
        }
    }

    /// The directory that `path` is in, found anew and made where it is missing.
    private func freshParent(of path: LocalPath) throws(SystemError) -> DirectoryHandle {
        root.forgetDirectory(path.parent)
        return try root.madeDirectory(path.parent, createsRoot: options.createsRoot)
    }

    /// Files have no tags, so a condition on one cannot hold; to ignore it would be to overwrite blindly.
    private func refuseUnknownCondition(
        _ options: WriteOptions, _ operation: StorageError.Operation, _ key: ObjectKey
    ) throws(StorageError) {
        guard case .matches = options.precondition else { return }
        throw StorageError(
            .unsupported, during: operation, at: root.path, key: key,
            message: "files have no version tags to make a condition of")
    }

    func corrupted(
        _ expected: Checksum, _ operation: StorageError.Operation, _ key: ObjectKey
    ) -> StorageError {
        StorageError(
            .corrupted, during: operation, at: root.path, key: key,
            message: "the bytes do not have the \(expected.algorithm) digest \(expected.hexadecimal)",
            advice: "run again; if it happens again, check the memory and the disks of this machine")
    }

    private func notADirectory(_ operation: StorageError.Operation, _ key: ObjectKey) -> StorageError {
        StorageError(
            .invalidKey, during: operation, at: root.path, key: key,
            message: "a name that ends in `/` is a directory and cannot have content",
            advice: "--escape-keys maps such keys to names of files")
    }
}
