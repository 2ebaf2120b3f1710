// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel
import StorageTestKit
import Synchronization

/// A store that keeps every version of what is written in one request, in another container.
final class VersionedBackend: WrappedBackend, @unchecked Sendable {  // safe: its state is behind a lock
    private let versions = Mutex<[ObjectKey: [(entry: Entry, content: [UInt8])]]>([:])

    private func version(_ key: ObjectKey, _ name: String) throws(StorageError) -> (entry: Entry, content: [UInt8]) {
        let all = versions.withLock { $0[key] ?? [] }
        guard let number = Int(name), all.indices.contains(number) else {
            throw StorageError(.notFound, during: .stat, key: key, message: "no such version")
        }
        return all[number]
    }

    private func versioned(_ entry: Entry) -> Entry {
        var entry = entry
        entry.version = versions.withLock { $0[entry.key].map { String($0.count - 1) } }
        return entry
    }

    override func stat(_ key: ObjectKey, version name: String?) async throws(StorageError) -> Entry {
        if let name { return try version(key, name).entry }
        return versioned(try await inner.stat(key, version: nil))
    }

    override func write(
        _ content: PartBuffer, to key: ObjectKey, _ options: WriteOptions
    ) async throws(StorageError) -> Entry {
        let written = try await inner.write(content, to: key, options)
        versions.withLock { $0[key.detached(), default: []].append((written, content.array)) }
        return versioned(written)
    }

    override func copy(
        _ source: CopySource, to key: ObjectKey, _ options: WriteOptions
    ) async throws(StorageError) -> Entry {
        guard let name = source.entry.version else { return try await inner.copy(source, to: key, options) }
        let (entry, content) = try version(source.entry.key, name)
        var options = options
        options.metadata = entry.metadata ?? ObjectMetadata()
        options.modified = entry.modified
        return try await write(PartBuffer(content), to: key, options)
    }
}
