// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

/// Which conditions are honoured: one that holds lets the request pass, one that does not keeps it from its effect.
extension StoreProbe {
    private typealias Conditions = Capabilities.Conditions

    func conditions() async throws(StorageError) -> Capabilities.Conditions? {
        let trials: [(Conditions, (Self) -> (S3Backend) async throws(StorageError) -> Bool)] = [
            (.readIfMatch, Self.readsIfMatch), (.writeIfAbsent, Self.writesIfAbsent),
            (.writeIfMatch, Self.writesIfMatch), (.completeIfAbsent, Self.completesIfAbsent),
            (.copySourceIfMatch, Self.copiesIfMatch), (.deleteIfMatch, Self.deletesIfMatch),
        ]
        var found: Conditions = []
        for (condition, isHonoured) in trials {
            let backend = backend { $0.provider.conditions.formUnion([condition, .writeIfAbsent]) }
            if try await succeeds({ () async throws(StorageError) in try await isHonoured(self)(backend) }) {
                found.insert(condition)
            }
        }
        return found
    }

    /// An object that changed after it was looked at.
    private func changed(_ name: String, by backend: S3Backend) async throws(StorageError) -> (
        stale: Entry, key: ObjectKey
    ) {
        try await put(Self.content, at: key(name), by: backend)
        let stale = try await stat(key(name))
        try await put(Self.otherContent, at: key(name), by: backend)
        return (stale, key(name))
    }

    private func readsIfMatch(_ backend: S3Backend) async throws(StorageError) -> Bool {
        let (stale, key) = try await changed("read", by: backend)
        let buffer = PartBuffer(capacity: 64), current = try await stat(key).tag
        _ = try await backend.read(key, ReadOptions(ifMatch: current), into: buffer)
        guard buffer.array == Self.otherContent else { return false }
        return try await fails { () async throws(StorageError) in
            _ = try await backend.read(key, ReadOptions(ifMatch: stale.tag), into: PartBuffer(capacity: 64))
        }
    }

    private func writesIfAbsent(_ backend: S3Backend) async throws(StorageError) -> Bool {
        try await keepsTheFirst("absent") { (bytes, key, options) async throws(StorageError) in
            try await put(bytes, at: key, options, by: backend)
        }
    }

    private func completesIfAbsent(_ backend: S3Backend) async throws(StorageError) -> Bool {
        try await keepsTheFirst("complete") { (bytes, key, options) async throws(StorageError) in
            try await upload(bytes, to: key, options, by: backend)
        }
    }

    /// Whether the second of two writes where nothing is to be is refused.
    private func keepsTheFirst(
        _ name: String, _ write: ([UInt8], ObjectKey, WriteOptions) async throws(StorageError) -> Void
    ) async throws(StorageError) -> Bool {
        let key = key(name), options = WriteOptions(precondition: .absent)
        try await write(Self.content, key, options)
        let isRefused = try await fails { () async throws(StorageError) in
            try await write(Self.otherContent, key, options)
        }
        return try await bytes(of: key) == Self.content && isRefused
    }

    private func writesIfMatch(_ backend: S3Backend) async throws(StorageError) -> Bool {
        let (stale, key) = try await changed("match", by: backend)
        guard let old = stale.tag, let current = try await stat(key).tag else { return false }
        try await put(Self.content + [1], at: key, WriteOptions(precondition: .matches(current)), by: backend)
        let isRefused = try await fails { () async throws(StorageError) in
            try await put(Self.content, at: key, WriteOptions(precondition: .matches(old)), by: backend)
        }
        return try await bytes(of: key) == Self.content + [1] && isRefused
    }

    private func copiesIfMatch(_ backend: S3Backend) async throws(StorageError) -> Bool {
        var (stale, key) = try await changed("copied", by: backend)
        // That version is what it was.
        stale.version = nil
        let copy = self.key("copied here"), old = stale
        let isRefused = try await fails { () async throws(StorageError) in
            try await self.copy(old, to: copy, by: backend)
        }
        guard isRefused else { return false }
        try await self.copy(try await stat(key), to: copy, by: backend)
        return try await bytes(of: copy) == Self.otherContent
    }

    private func deletesIfMatch(_ backend: S3Backend) async throws(StorageError) -> Bool {
        let (stale, key) = try await changed("deleted", by: backend)
        let isRefused = try await fails { () async throws(StorageError) in
            try await delete(key, ifMatch: stale.tag, by: backend)
        }
        guard isRefused, try await bytes(of: key) == Self.otherContent else { return false }
        try await delete(key, ifMatch: try await stat(key).tag, by: backend)
        do throws(StorageError) {
            _ = try await stat(key)
            return false
        } catch {
            guard error.kind == .notFound else { throw error }
            return true
        }
    }

    private func delete(_ key: ObjectKey, ifMatch tag: VersionTag?, by backend: S3Backend) async throws(StorageError) {
        for outcome in try await backend.delete([Deletion(key: key, ifMatch: tag)]) {
            if let error = outcome.error { throw error }
        }
    }
}
