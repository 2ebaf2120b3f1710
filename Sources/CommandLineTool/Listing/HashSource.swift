// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import Digests
internal import StorageModel

/// Where a listing's hashes come from: the store's own word, or a read of the content.
struct HashSource: Sendable {
    private static let chunkSize: Int64 = 8 << 20

    let backend: any Backend
    /// Whether content may be fetched for the sake of a hash.
    var downloads = false

    /// The hashes that cost no transfer.
    var offered: [ChecksumAlgorithm] {
        backend.capabilities.readsAreLocal ? [.crc32, .md5, .sha1, .sha256] : [.md5]
    }

    /// The digest of the whole object; nil where the store offers none and reading is not wanted.
    func hash(_ algorithm: ChecksumAlgorithm, of entry: Entry) async throws(StorageError) -> Checksum? {
        if let listed = listed(algorithm, entry) { return listed }
        guard downloads || backend.capabilities.readsAreLocal else {
            let asked = try await backend.stat(entry.key, version: entry.version)
            return asked.checksums.first { $0.algorithm == algorithm && $0.parts == nil }
        }
        return try await read(algorithm, entry)
    }

    /// The same, with the failure as a value.
    func result(_ algorithm: ChecksumAlgorithm, of entry: Entry) async -> Result<Checksum?, StorageError> {
        do throws(StorageError) { return .success(try await hash(algorithm, of: entry)) } catch {
            return .failure(error)
        }
    }

    private func listed(_ algorithm: ChecksumAlgorithm, _ entry: Entry) -> Checksum? {
        if let proven = entry.checksums.first(where: { $0.algorithm == algorithm && $0.parts == nil }) { return proven }
        guard algorithm == .md5, backend.capabilities.tagsAreMD5, entry.tagMayBeDigest,
            let tag = entry.tag?.lookalike, tag.parts == nil
        else { return nil }
        return tag
    }

    private func read(_ algorithm: ChecksumAlgorithm, _ entry: Entry) async throws(StorageError) -> Checksum {
        var digester = Digester(algorithm)
        let buffer = PartBuffer(capacity: Int(min(Self.chunkSize, max(entry.size, 1))))
        let identity = entry.fileIdentity == nil ? nil : entry
        var offset: Int64 = 0
        while offset < entry.size {
            let range = offset..<min(offset + Self.chunkSize, entry.size)
            buffer.reset()
            let options = ReadOptions(range: range, ifMatch: entry.tag, version: entry.version, ifIdentity: identity)
            _ = try await backend.read(entry.key, options, into: buffer)
            buffer.withUnsafeBytes { digester.update($0) }
            offset = range.upperBound
        }
        return Checksum(algorithm, digester.finish())
    }
}
