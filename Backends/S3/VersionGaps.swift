// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

/// What a store that leaves keys out between pages (``Provider/losesKeysBetweenPages``) may leave out of a listing of versions.
///
/// Which keys follow is decided by three orders at once: of keys' bytes, of paths, and of names with `.versions` behind. Around
/// the last key of a page they differ for keys that it begins with, for what is in directories of such names, and for keys
/// beside the directories around it.
struct VersionGaps: Sendable {
    private static let slash = UInt8(ascii: "/")
    /// The keys that were listed, and the names of the directories, that the last key begins with.
    private var keys: [ObjectKey] = []
    private var directories: [ObjectKey] = []
    /// Prefixes under which nothing is lost.
    private var harmless: Set<ObjectKey> = []

    /// A version of `key` is listed.
    mutating func pass(_ key: ObjectKey) {
        guard keys.last != key else { return }
        keys.removeAll { !key.hasPrefix($0) }
        directories.removeAll { !key.hasPrefix($0) }
        keys.append(key.detached())
        let bytes = key.bytes
        for end in 0..<bytes.count where bytes[end] == Self.slash {
            let directory = ObjectKey(bytes.prefix(end))
            if !directories.contains(directory) { directories.append(directory.detached()) }
        }
    }

    /// Refuses to go on behind `last` where the store would leave keys out.
    mutating func confirmNothingIsLost(
        behind last: ObjectKey, _ connection: S3Connection, _ request: ListRequest
    ) async throws(StorageError) {
        for key in DisplacedKeys.around(last, under: request.prefix) where !keys.contains(key) {
            guard harmless.insert(key).inserted else { continue }
            if try await hasVersions(key, connection, request) { throw lost(key, connection) }
        }
        for prefix in prefixes(around: last, request.prefix) {
            guard harmless.insert(prefix).inserted else { continue }
            let found = try await connection.listVersions(
                ListRequest(prefix: prefix, order: request.order), at: nil, max: 1)
            if let key = found.entries.first?.key { throw lost(key, connection) }
        }
    }

    /// Directories by names that `last` begins with, and what lies beside the directories around it with a byte below the slash.
    private func prefixes(around last: ObjectKey, _ root: ObjectKey) -> [ObjectKey] {
        let bytes = last.bytes.array
        var found: [ObjectKey] = []
        for end in max(root.bytes.count, 1)...max(bytes.count, root.bytes.count, 1) where bytes[end - 1] != Self.slash {
            let name = Array(bytes[..<end])
            if end == bytes.count || bytes[end] < Self.slash {
                guard !directories.contains(ObjectKey(SharedBytes(name))) else { continue }
                found.append(ObjectKey(SharedBytes(name + [Self.slash])))
            } else if bytes[end] == Self.slash {
                found += (1..<Self.slash).map { ObjectKey(SharedBytes(name + [$0])) }
            }
        }
        return found
    }

    /// Whether `key` has versions. Of one that is deleted, and that more keys begin with than fit a page, nobody can tell.
    private func hasVersions(
        _ key: ObjectKey, _ connection: S3Connection, _ request: ListRequest
    ) async throws(StorageError) -> Bool {
        do throws(StorageError) {
            _ = try await connection.headObject(key, version: nil)
            return true
        } catch {
            guard error.kind == .notFound else { throw error }
        }
        let found = try await connection.listVersions(
            ListRequest(prefix: key, order: request.order), at: nil, max: 1000)
        return found.entries.contains { $0.key == key }
    }

    private func lost(_ key: ObjectKey, _ connection: S3Connection) -> StorageError {
        StorageError(
            .unsupported, during: .list, at: connection.location, key: key,
            message: "\(connection.policy.provider.name) loses keys like this one between pages of versions, since the "
                + "last key of a page begins with its name or its directory's",
            advice: "name smaller prefixes, with fewer versions than a page (1,000)")
    }
}
