// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Digests
import HTTPTransport
import StorageModel

/// How bytes go out, and what proves them.
extension StoreProbe {
    func takesUnsignedPayload() async throws(StorageError) -> Bool? {
        // TLS guards what is not signed, and every store takes it so.
        guard !backend().connection.policy.usesTLS else { return nil }
        let plain = backend { $0.payloadMode = .unsigned }
        return try await succeeds { () async throws(StorageError) in
            try await put(Self.content, at: key("unsigned"), by: plain)
            return try await bytes(of: key("unsigned")) == Self.content
        }
    }

    /// The cheapest digest by which a wrong body is refused, also in parts.
    func uploadChecksum() async throws(StorageError) -> ChecksumAlgorithm? {
        for algorithm in [ChecksumAlgorithm.crc32c, .crc64nvme] {
            let backend = backend { $0.provider.uploadChecksum = algorithm }
            let isVerified = try await succeeds { () async throws(StorageError) in
                guard try await refusesWrong(algorithm) else { return false }
                try await put(Self.content, at: key("digest"), by: backend)
                try await upload(Self.content, to: key("digest in parts"), by: backend)
                return try await bytes(of: key("digest in parts")) == Self.content
            }
            if isVerified { return algorithm }
        }
        return .md5
    }

    func takesMD5() async throws(StorageError) -> Bool? {
        let backend = backend { $0.provider.uploadChecksum = .md5 }
        return try await succeeds { () async throws(StorageError) in
            try await put(Self.content, at: key("md5"), by: backend)
            return true
        }
    }

    private func refusesWrong(_ algorithm: ChecksumAlgorithm) async throws(StorageError) -> Bool {
        var call = S3Call(
            kind: .put, method: .put, operation: .write, permission: "s3:PutObject", key: key("wrong digest"))
        call.headers = [ChecksumText.header(algorithm, Digest.of(Self.otherContent, algorithm))]
        call.body = .bytes(Self.content)
        // Signed with the digest of what is sent, so that this one is the only one that is wrong.
        call.payload = PayloadHash.of(Self.content)
        traces.add(key("wrong digest"))
        do throws(StorageError) {
            _ = try await backend().connection.send(call)
            return false
        } catch {
            guard error.kind == .corrupted else { throw error }
            return true
        }
    }

    func tagsAreMD5() async throws(StorageError) -> Bool? {
        let backend = backend { $0.provider.tagsAreMD5 = false }
        try await put(Self.content, at: key("tag"), by: backend)
        let headers = try await backend.connection.objectHeaders(of: key("tag"), version: nil)
        // Encrypted by the bucket, it says nothing of others.
        guard !headers.tagIsOpaque else { return nil }
        return headers.tag?.lookalike == Digest.checksum(of: Self.content, .md5)
    }

    func multipartTagIsComposite() async throws(StorageError) -> Bool? {
        let backend = backend {
            $0.provider.tagsAreMD5 = false
            $0.provider.multipartTagIsComposite = false
        }
        try await upload(Self.content, to: key("tag in parts"), by: backend)
        let headers = try await backend.connection.objectHeaders(of: key("tag in parts"), version: nil)
        guard !headers.tagIsOpaque else { return nil }
        return headers.tag?.lookalike == Digest.composite([Digest.of(Self.content, .md5)], .md5)
    }

    // MARK: bodies in chunks

    /// Whether the word that names the framing stays with the object.
    func keepsChunkedEncoding() async throws(StorageError) -> Bool? {
        for (bodies, encoding) in [(ChunkedBodies.signed, nil), (.signed, "gzip"), (.withTrailers, nil)] {
            let backend = backend {
                $0.provider.keepsChunkedEncoding = false
                Self.chunk(&$0, bodies)
            }
            var options = WriteOptions()
            options.metadata.contentEncoding = encoding
            let isKept = try await succeeds { () async throws(StorageError) in
                try await put(Self.content, at: key("framing"), options, by: backend)
                return try await storedEncoding(of: key("framing"))?.contains("aws-chunked") ?? false
            }
            if isKept { return true }
        }
        return false
    }

    /// As the store sends them: to whoever reads an object, the framing is no part of it.
    private func storedEncoding(of key: ObjectKey) async throws(StorageError) -> String? {
        let call = S3Call(kind: .head, method: .head, operation: .stat, permission: "s3:GetObject", key: key)
        return try await backend().connection.send(call).headers["content-encoding"]
    }

    func chunkedBodies() async throws(StorageError) -> ChunkedBodies? {
        for (name, bodies) in [("chunks, trailer", ChunkedBodies.withTrailers), ("chunks", .signed)] {
            let backend = backend { Self.chunk(&$0, bodies) }
            let isTaken = try await succeeds { () async throws(StorageError) in
                try await put(Self.content, at: key(name), by: backend)
                return try await bytes(of: key(name)) == Self.content
            }
            if isTaken { return bodies }
        }
        return ChunkedBodies.none
    }

    private static func chunk(_ settings: inout S3Settings, _ bodies: ChunkedBodies) {
        settings.payloadMode = .chunked
        settings.provider.chunkedBodies = bodies
        // No trailer carries an MD5.
        settings.checksumAlgorithm = bodies == .signed ? "md5" : "crc32c"
    }
}
