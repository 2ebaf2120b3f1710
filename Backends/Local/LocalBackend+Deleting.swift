// Part of godwit. SPDX-License-Identifier: Apache-2.0

package import StorageModel

#if canImport(Glibc)
    import Glibc
#endif

extension LocalBackend {
    package func delete(_ deletions: [Deletion]) async throws(StorageError) -> [DeleteOutcome] {
        try checkCancelled(.delete, deletions.first?.key ?? .root)
        guard deletions.count <= capabilities.deleteBatchMax else {
            throw StorageError(
                .unsupported, during: .delete, at: root.path,
                message: "\(deletions.count) keys are more than one call can delete")
        }
        if deletions.count == 1 { return deleteNow(deletions) }
        return try await contentPool.run { [self] in deleteNow(deletions) }
    }

    private func deleteNow(_ deletions: [Deletion]) -> [DeleteOutcome] {
        var emptied = Set<ArraySlice<UInt8>>()
        var last: (path: ArraySlice<UInt8>, handle: DirectoryHandle)?
        let outcomes = deletions.map { deletion in
            do throws(StorageError) {
                try refuseVersion(deletion.version, .delete, deletion.key)
                let isDirectory = isDirectoryKey(deletion.key)
                let key =
                    isDirectory ? ObjectKey(deletion.key.bytes.prefix(deletion.key.bytes.count - 1)) : deletion.key
                var path = try path(of: key, .delete)
                if links == .keep, let link = path.linkPath, isLink(link) { path = link }
                try remove(path, deletion.key, isDirectory: isDirectory, &last)
                if !path.parent.isEmpty { emptied.insert(path.parent) }
                return DeleteOutcome(key: deletion.key)
            } catch {
                return DeleteOutcome(key: deletion.key, error: error)
            }
        }
        removeEmpty(emptied)
        return outcomes
    }

    /// Removes a file, or an empty directory. `last` is the directory of the deletion before, looked up just then.
    private func remove(
        _ path: LocalPath, _ key: ObjectKey, isDirectory: Bool,
        _ last: inout (path: ArraySlice<UInt8>, handle: DirectoryHandle)?
    ) throws(StorageError) {
        do throws(SystemError) {
            let parent: DirectoryHandle
            if let last, last.path == path.parent {
                parent = last.handle
            } else {
                parent = try root.directoryNow(path.parent)
                last = (path.parent, parent)
            }
            _ = try systemCall { path.withName { unlinkat(parent.raw, $0, isDirectory ? AT_REMOVEDIR : 0) } }
        } catch {
            // What is absent counts as deleted, but a missing root is not an empty one.
            if error.isAbsent, (try? root.handle()) != nil { return }
            throw notRemoved(error, .delete, key)
        }
    }

    /// Removes directories that deletions may have emptied, and those above them, up to the root.
    private func removeEmpty(_ directories: Set<ArraySlice<UInt8>>) {
        for directory in directories.sorted(by: { $0.count > $1.count }) {
            var next = LocalPath(trusted: directory)
            while let parent = try? root.directoryNow(next.parent),
                next.withName({ unlinkat(parent.raw, $0, AT_REMOVEDIR) }) == 0
            {
                root.forgetDirectory(next.bytes.dropLast())
                guard !next.parent.isEmpty else { break }
                next = LocalPath(trusted: next.parent)
            }
        }
    }

    private func isLink(_ path: LocalPath) -> Bool {
        guard let parent = try? root.directoryNow(path.parent) else { return false }
        return path.withName { try? FileStatus(of: $0, in: parent.raw, follows: false) }?.kind == .symbolicLink
    }

    private func notRemoved(
        _ error: SystemError, _ operation: StorageError.Operation, _ key: ObjectKey
    ) -> StorageError {
        var result = failure(error, operation, key)
        if error.code == ENOTEMPTY || error.code == EEXIST {
            result.kind = .preconditionFailed
            result.message = "the directory is not empty"
        }
        return result
    }
}

extension LocalBackend {
    package func createContainer() async throws(StorageError) {
        do throws(SystemError) { try LocalRoot.makeDirectories(root.path) } catch {
            throw failure(error, .createContainer, .root)
        }
        root.forget()
        guard try await containerExists() else {
            throw StorageError(
                .alreadyExists, during: .createContainer, at: root.path, message: "a file is there already")
        }
    }

    package func removeContainer(_ directory: ObjectKey) async throws(StorageError) {
        try checkCancelled(.deleteContainer, directory)
        var name = directory.bytes
        if directory.isDirectoryMarker { name = name.prefix(name.count - 1) }
        let path = directory.isRoot ? nil : try path(of: ObjectKey(name), .deleteContainer)
        do throws(SystemError) {
            guard let path else {
                _ = try systemCall { rmdir(root.path) }
                return root.forget()
            }
            let parent = try root.directoryNow(path.parent)
            _ = try systemCall { path.withName { unlinkat(parent.raw, $0, AT_REMOVEDIR) } }
            root.forgetDirectory(path.bytes.dropLast())
        } catch {
            throw notRemoved(error, .deleteContainer, directory)
        }
    }

    package func keepsVersions() async throws(StorageError) -> Bool { false }

    package func keptAttributes(of wanted: Attributes) async throws(StorageError) -> Attributes {
        let known = capabilities.attributes.intersection(wanted)
        guard options.keepsAttributes else { return known }
        // The root may be yet to be made, where its parent is.
        var path = root.path
        while path.utf8.count > 1, access(path, F_OK) != 0 {
            path = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
        }
        return ExtendedAttributes.areKept(at: path.isEmpty ? "/" : path) ? known : known.intersection(.times)
    }

    package func containerExists() async throws(StorageError) -> Bool {
        do throws(SystemError) {
            return try FileStatus(of: root.path, in: AT_FDCWD, follows: true).kind == .directory
        } catch {
            if error.isAbsent { return false }
            throw failure(error, .validate, .root)
        }
    }
}
