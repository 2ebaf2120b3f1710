// Part of godwit. SPDX-License-Identifier: Apache-2.0

package import StorageModel

#if canImport(Glibc)
    import Glibc
#endif

extension LocalBackend {
    /// Temporary files under `prefix`, of this run and of others: a caller goes by their age. The key is the temporary
    /// file's, since it does not tell what it was to become.
    package func unfinishedUploads(under prefix: ObjectKey) async throws(StorageError) -> [UnfinishedUpload] {
        try checkCancelled(.list, prefix)
        return try await listingPool.run { [self] () throws(StorageError) in
            var found = [UnfinishedUpload]()
            let scanner = DirectoryScanner(
                root: root, request: ListRequest(order: .keyBytes), escapesKeys: options.escapesKeys)
            var waiting: [[UInt8]] = [[]]
            while let path = waiting.popLast() {
                switch scanner.scan(path) {
                case .tooLarge: preconditionFailure("a scan without a limit has no size that is too large")
                case .failed(let error):
                    if path.isEmpty || !error.isAbsent { throw failure(error, .list, ObjectKey(SharedBytes(path))) }
                case .scanned(let directory):
                    found += unfinished(directory, at: path, under: prefix)
                    let frame = WalkFrame(path: path, keyPrefix: [], after: nil, directory: directory)
                    for (index, item) in directory.items.enumerated() {
                        guard case .directory = item.kind else { continue }
                        let child = frame.childPath(index)
                        let key = ObjectKey(SharedBytes(child + [UInt8(ascii: "/")]))
                        if key.hasPrefix(prefix) || prefix.hasPrefix(key) { waiting.append(child) }
                    }
                }
            }
            return found.sorted { $0.key < $1.key }
        }
    }

    private func unfinished(
        _ directory: ScannedDirectory, at path: [UInt8], under prefix: ObjectKey
    ) -> [UnfinishedUpload] {
        directory.temporaries.compactMap { name in
            let file = LocalPath(trusted: path.isEmpty ? name : path + [UInt8(ascii: "/")] + name)
            let key = ObjectKey(SharedBytes(Array(file.bytes.dropLast())))
            guard key.hasPrefix(prefix), let parent = try? root.directoryNow(file.parent),
                let status = file.withName({ try? FileStatus(of: $0, in: parent.raw, follows: false) })
            else { return nil }
            return UnfinishedUpload(
                key: key, token: key.description, begun: status.identity.changed,
                run: name.withUnsafeBytes(TemporaryName.run))
        }
    }

    /// Removes the temporary file that the token names; one that is gone counts as removed. What was being written in
    /// place stays as it is.
    package func abort(_ upload: UnfinishedUpload) async throws(StorageError) {
        try checkCancelled(.upload, upload.key)
        if let target = try? path(of: upload.key, .upload), target.isNamed(upload.token) { return }
        // The path of a found file is its key, which need not be UTF-8 as tokens are.
        let path = upload.key.isUTF8 ? Array(upload.token.utf8) : upload.key.bytes.array
        guard let file = LocalPath(temporaryFile: path) else {
            throw StorageError(
                .invalidKey, during: .upload, at: root.path, key: upload.key, message: "it is not a temporary file")
        }
        try attempt(.upload, upload.key) {
            do throws(SystemError) {
                let parent = try root.directoryNow(file.parent)
                _ = try systemCall { file.withName { unlinkat(parent.raw, $0, 0) } }
            } catch {
                guard error.isAbsent else { throw error }
            }
        }
    }
}
