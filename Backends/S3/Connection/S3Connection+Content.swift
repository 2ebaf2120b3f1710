// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Digests
import HTTPTransport
import StorageModel

/// The bytes of objects and parts, sent as the policy says (``PayloadMode``).
extension S3Connection {
    /// Sends `call` with `content`. Returns what the store answers, and the digest of what went, which it was given too.
    ///
    /// - Parameter known: That digest, where it is known already.
    func send(
        _ call: S3Call, carrying content: PartBuffer, known: Checksum? = nil
    ) async throws(StorageError) -> (headers: ObjectHeaders, proof: Checksum) {
        if policy.payloadMode == .chunked, policy.uploadAlgorithm != .md5 {
            return try await sendWithTrailer(call, content, known)
        }
        var call = call
        let proof = known ?? Digest.checksum(of: content, policy.uploadAlgorithm)
        call.headers.append(ChecksumText.header(proof.algorithm, proof.bytes))
        if policy.addsMD5 { call.headers.append(ChecksumText.header(.md5, Digest.of(content, .md5))) }
        switch policy.payloadMode {
        case .signed: (call.body, call.payload) = (.buffer(content), PayloadHash.of(content))
        case .unsigned: (call.body, call.payload) = (.buffer(content), PayloadHash.unsigned)
        // Nothing is no chunk, and the headers sign it whole. Ceph 16 refuses the empty last one alone.
        case .chunked where content.count == 0: (call.body, call.payload) = (.buffer(content), PayloadHash.empty)
        // No trailer carries an MD5.
        case .chunked: call.chunks = ChunkedBody(content, trailer: nil)
        }
        return (ObjectHeaders(try await send(call).headers), proof)
    }

    /// The digest is computed while the bytes go, and follows them.
    private func sendWithTrailer(
        _ call: S3Call, _ content: PartBuffer, _ known: Checksum?
    ) async throws(StorageError) -> (headers: ObjectHeaders, proof: Checksum) {
        var call = call
        let chunks = ChunkedBody(content, trailer: policy.uploadAlgorithm)
        call.chunks = chunks
        let response = try await send(call)
        guard let proof = chunks.checksum, known == nil || known == proof else {
            throw malformed("an answer to other bytes than were to be sent", response, call)
        }
        let headers = ObjectHeaders(response.headers)
        if !Self.tells(headers.checksums, proof) { try await confirm(proof, content.count, call, headers.version) }
        return (headers, proof)
    }

    /// Whether a store that gave these checksums has looked at one like `proof`, equal or not.
    private static func tells(_ stored: [Checksum], _ proof: Checksum) -> Bool {
        stored.contains { $0.algorithm == proof.algorithm && $0.parts == nil }
    }

    /// A store that says nothing of the checksum behind a body may have passed over it, or kept the frames as if they were
    /// content. A look at the object tells; a part that nobody vouches for is none.
    private func confirm(
        _ proof: Checksum, _ size: Int, _ call: S3Call, _ version: String?
    ) async throws(StorageError) {
        if call.operation == .write, let key = call.key {
            let entry = try await headObject(key, version: version)
            if let stored = entry.checksums.first(where: { Self.tells([$0], proof) }) {
                guard stored == proof, entry.size == Int64(size) else {
                    throw corrupted(key, call.operation, sent: proof, stored: stored)
                }
                return
            }
        }
        throw StorageError(
            .unsupported, during: call.operation, at: location, key: call.key,
            message: "the store does not confirm the checksum that followed the body",
            advice: "set payload_mode to signed or unsigned")
    }

    /// `call` as it goes out: where its body is in chunks, with the headers that say so.
    func framed(_ call: S3Call, isAnonymous: Bool) throws(StorageError) -> S3Call {
        guard let chunks = call.chunks else { return call }
        // TLS guards what is not signed. Over plain http stores want the chunks signed.
        let isSigned = !isAnonymous && (chunks.trailer == nil || !policy.usesTLS)
        guard isSigned || chunks.trailer != nil else {
            throw StorageError(
                .invalidConfiguration, during: call.operation, at: location, key: call.key,
                message: "an anonymous remote cannot sign bodies in chunks",
                advice: "set payload_mode to unsigned, or checksum_algorithm to a checksum that can follow a body")
        }
        chunks.prepare(isSigned: isSigned)
        var call = call
        call.body = .stream(chunks, length: chunks.length)
        call.payload = chunks.payloadHash
        if !policy.provider.keepsChunkedEncoding {
            // Behind what the content itself is encoded by: the store takes it off.
            if let index = call.headers.firstIndex(where: { $0.name == "content-encoding" }) {
                call.headers[index].value += ",aws-chunked"
            } else {
                call.headers.append(HTTPHeader("content-encoding", "aws-chunked"))
            }
        }
        call.headers.append(HTTPHeader("x-amz-decoded-content-length", String(chunks.contentLength)))
        if let trailer = chunks.trailer {
            call.headers.append(HTTPHeader("x-amz-trailer", ChecksumText.headerName(trailer)))
        }
        // Beside a signature it is there anyway.
        if isAnonymous { call.headers.append(HTTPHeader("x-amz-content-sha256", call.payload)) }
        return call
    }
}
