// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Digests
import HTTPTransport
import StorageModel

/// https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html
extension S3Connection {
    /// Writes a whole object. Its digest goes with it, so that the store takes the bytes that were meant or none.
    func putObject(
        _ content: PartBuffer, to key: ObjectKey, _ options: WriteOptions
    ) async throws(StorageError) -> Entry {
        try validate(key, during: .write)
        guard !options.isSymbolicLink else {
            throw StorageError(
                .unsupported, during: .write, at: location, key: key, message: "buckets hold no symbolic links")
        }
        let condition = try conditionHeader(options.precondition, during: .write, key)
        let known = try check(content, against: options.expected, key)
        var call = S3Call(kind: .put, method: .put, operation: .write, permission: "s3:PutObject", key: key)
        call.headers = try objectHeaders(options, for: key, owner: try await owner(for: options.metadata.access))
        if let condition { call.headers.append(condition) }
        call.isAmbiguousWhenLost = condition != nil || options.metadata.sourceVersion != nil
        let (headers, proof): (ObjectHeaders, Checksum)
        do {
            (headers, proof) = try await send(call, carrying: content, known: known)
        } catch {
            throw Self.conditional(error, options.precondition)
        }
        try compare(proof, with: headers, key)
        try await confirmEncryption(headers, of: key, during: .write)
        return Entry(
            key: key, size: Int64(content.count), modified: options.modified, tag: headers.tag,
            version: headers.version, checksums: proof.algorithm == .md5 ? [] : [proof],
            tagMayBeDigest: !headers.tagIsOpaque && policy.mayBeDigest(headers.tag),
            storageClass: options.storageClass ?? policy.storageClass)
    }

    /// Refuses `content` where it is not what was expected, as far as the two compare. Gives its digest by the policy's
    /// algorithm where that came of it.
    private func check(
        _ content: PartBuffer, against expected: Checksum?, _ key: ObjectKey
    ) throws(StorageError) -> Checksum? {
        guard let expected, expected.parts ?? 1 == 1 else { return nil }
        let plain = Digest.checksum(of: content, expected.algorithm)
        let actual = expected.parts == nil ? plain : Digest.composite([plain.bytes], expected.algorithm)
        guard actual == expected else {
            throw StorageError(
                .corrupted, during: .write, at: location, key: key,
                message: "the bytes to write are not those expected: \(expected.algorithm.rawValue) is "
                    + "\(actual.hexadecimal), not \(expected.hexadecimal)")
        }
        return plain.algorithm == policy.uploadAlgorithm ? plain : nil
    }

    /// Compares what the store says it stored with what was sent.
    private func compare(
        _ proof: Checksum, with headers: ObjectHeaders, _ key: ObjectKey
    ) throws(StorageError) {
        for stored in headers.checksums where stored.algorithm == proof.algorithm && stored.parts == nil {
            if stored != proof { throw corrupted(key, .write, sent: proof, stored: stored) }
        }
        guard proof.algorithm == .md5, policy.tagsAreMD5, !headers.tagIsOpaque, let stored = headers.tag?.lookalike,
            stored.parts == nil, stored != proof
        else { return }
        throw corrupted(key, .write, sent: proof, stored: stored)
    }

    /// The store holds other bytes than were sent.
    func corrupted(
        _ key: ObjectKey, _ operation: StorageError.Operation, sent: Checksum, stored: Checksum
    ) -> StorageError {
        StorageError(
            .corrupted, during: operation, at: location, key: key,
            message: "the store holds other bytes than were sent: \(sent.algorithm.rawValue) \(stored.hexadecimal), "
                + "not \(sent.hexadecimal)",
            disposition: .transient(retryAfter: nil))
    }

    /// A write that must match an object which is gone finds nothing: its condition did not hold.
    static func conditional(_ error: StorageError, _ precondition: Precondition?) -> StorageError {
        guard error.kind == .notFound, case .matches = precondition else { return error }
        var error = error
        error.kind = .preconditionFailed
        return error
    }
}
