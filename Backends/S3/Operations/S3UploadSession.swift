// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Digests
import HTTPTransport
import StorageModel

/// A multipart upload under way.
struct S3UploadSession: UploadSession {
    let connection: S3Connection
    let key: ObjectKey
    let token: String
    /// Bytes of the whole object; -1: not known before the end.
    let size: Int64
    let options: WriteOptions
    let condition: HTTPHeader?

    /// https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPart.html
    func upload(_ number: Int, at offset: Int64, _ part: PartBuffer) async throws(StorageError) -> PartReceipt {
        let (headers, proof) = try await connection.send(partCall(.put, number), carrying: part)
        if proof.algorithm == .md5, connection.policy.compositeTagsAreMD5, !headers.tagIsOpaque,
            let stored = headers.tag?.lookalike, stored.parts == nil, stored != proof
        {
            throw connection.corrupted(key, .upload, sent: proof, stored: stored)
        }
        for stored in headers.checksums where stored.algorithm == proof.algorithm && stored.parts == nil {
            if stored != proof { throw connection.corrupted(key, .upload, sent: proof, stored: stored) }
        }
        return PartReceipt(number: number, size: Int64(part.count), tag: headers.tag, checksums: [proof])
    }

    /// https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPartCopy.html
    func copy(
        _ number: Int, from source: CopySource, range: Range<Int64>
    ) async throws(StorageError) -> PartReceipt {
        guard connection.policy.capabilities.copiesParts(of: source.entry.key) else {
            throw StorageError(
                .unsupported, during: .upload, at: connection.location, key: key,
                message: "\(connection.policy.provider.name) does not copy parts of \(source.entry.key) server-side")
        }
        try await connection.checkKey(of: source)
        var call = partCall(.copy, number)
        call.entrance = .own
        call.permission = "s3:PutObject here and s3:GetObject on the source"
        call.headers += connection.copySourceHeaders(source)
        // A range is refused on small sources, and a whole object needs none.
        if range != 0..<source.entry.size {
            call.headers.append(
                HTTPHeader("x-amz-copy-source-range", "bytes=\(range.lowerBound)-\(range.upperBound - 1)"))
        }
        let response = try await connection.send(call)
        let result = try connection.result(response, "CopyPartResult", of: call)
        return PartReceipt(
            number: number, size: Int64(range.count), tag: TagText.tag(result["ETag"]?.text),
            checksums: ChecksumText.checksums(in: result))
    }

    func verified(_ parts: [PartReceipt]) async throws(StorageError) -> [PartReceipt] {
        let stored = try await connection.listParts(of: self)
        return parts.filter { part in stored[part.number].map { isSame(part, as: $0) } ?? false }
    }

    /// Whether the store holds the part that the receipt is of: by tag or a checksum, and by all that both sides tell.
    private func isSame(_ part: PartReceipt, as stored: PartReceipt) -> Bool {
        guard part.size == stored.size else { return false }
        var proofs: [Bool] = []
        if let tag = stored.tag {
            if let known = part.tag { proofs.append(known == tag) }
            if connection.policy.compositeTagsAreMD5, let digest = tag.lookalike {
                proofs += part.checksums.filter { $0.algorithm == .md5 }.map { $0 == digest }
            }
        }
        for known in part.checksums {
            proofs += stored.checksums.filter { $0.algorithm == known.algorithm }.map { $0 == known }
        }
        return !proofs.isEmpty && proofs.allSatisfy(\.self)
    }

    func suspend() async {}

    func complete(_ parts: [PartReceipt], expected: Checksum?) async throws(StorageError) -> Entry {
        try await connection.completeMultipartUpload(self, parts, expected)
    }

    func abort() async throws(StorageError) {
        try await connection.abortMultipartUpload(key, token)
    }

    private func partCall(_ kind: RequestLedger.Kind, _ number: Int) -> S3Call {
        var call = S3Call(kind: kind, method: .put, operation: .upload, permission: "s3:PutObject", key: key)
        call.query.add("partNumber", String(number))
        call.query.add("uploadId", token)
        call.headers = connection.policy.keyHeaders
        return call
    }
}
