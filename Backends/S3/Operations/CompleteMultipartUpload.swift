// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Digests
import HTTPTransport
import Markup
import StorageModel

/// https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html
extension S3Connection {
    /// Makes the object of `upload` visible.
    func completeMultipartUpload(
        _ upload: S3UploadSession, _ parts: [PartReceipt], _ expected: Checksum?
    ) async throws(StorageError) -> Entry {
        let composite = compositeTag(parts)
        try check(upload, parts, composite, expected)
        var call = S3Call(
            kind: .post, method: .post, operation: .upload, permission: "s3:PutObject", key: upload.key)
        call.query.add("uploadId", upload.token)
        call.headers = [HTTPHeader("content-type", "application/xml")]
        call.headers += policy.keyHeaders
        if let condition = upload.condition { call.headers.append(condition) }
        if let expected, policy.uploadAlgorithm == .crc64nvme, expected.algorithm == .crc64nvme, expected.parts == nil {
            call.headers.append(ChecksumText.header(.crc64nvme, expected.bytes))
        }
        let document = try completeDocument(upload, parts)
        call.body = .bytes(document)
        call.payload = PayloadHash.of(document)
        call.isAmbiguousWhenLost = true
        let response: HTTPResponse
        let result: ReplyElement
        do {
            response = try await send(call)
            result = try self.result(response, "CompleteMultipartUploadResult", of: call)
        } catch {
            if let entry = await settled(error, upload, Self.size(parts), composite) { return entry }
            throw Self.conditional(error, upload.options.precondition)
        }
        var headers = ObjectHeaders(response.headers)
        var tag = TagText.tag(result["ETag"]?.text)
        if tag == nil {
            // Ceph leaves it empty here.
            headers = try await objectHeaders(of: upload.key, version: headers.version, during: .upload)
            tag = headers.tag
        }
        if let composite, !headers.tagIsOpaque, let stored = tag?.lookalike, stored.parts != nil, stored != composite {
            throw corrupted(upload.key, .upload, sent: composite, stored: stored)
        }
        try await confirmEncryption(headers, of: upload.key, during: .upload)
        // Ceph 16 and MiniStack forget them.
        let tags = upload.options.metadata.tags
        if !tags.isEmpty, !policy.provider.tagsUploads { try await putTags(tags, of: upload.key) }
        return Entry(
            key: upload.key, size: Self.size(parts), modified: upload.options.modified, tag: tag,
            version: headers.version, tagMayBeDigest: !headers.tagIsOpaque && policy.mayBeDigest(tag),
            storageClass: upload.options.storageClass ?? policy.storageClass)
    }

    private static func size(_ parts: [PartReceipt]) -> Int64 { parts.reduce(0) { $0 + $1.size } }

    /// The tag that the object must have, where tags of parts are digests.
    private func compositeTag(_ parts: [PartReceipt]) -> Checksum? {
        guard policy.compositeTagsAreMD5, !parts.isEmpty else { return nil }
        var digests: [[UInt8]] = []
        digests.reserveCapacity(parts.count)
        for part in parts {
            guard let digest = part.tag?.lookalike, digest.parts == nil else { return nil }
            digests.append(digest.bytes)
        }
        return Digest.composite(digests)
    }

    private func check(
        _ upload: S3UploadSession, _ parts: [PartReceipt], _ composite: Checksum?, _ expected: Checksum?
    ) throws(StorageError) {
        var problem: String?
        if parts.isEmpty {
            problem = "an upload without parts cannot be completed"
        } else if !zip(parts, parts.dropFirst()).allSatisfy({ $0.number < $1.number }) {
            problem = "the parts are not in ascending order"
        } else if upload.size >= 0, Self.size(parts) != upload.size {
            problem = "the parts do not add up to \(upload.size) bytes"
        }
        if let problem {
            throw StorageError(.unexpected, during: .upload, at: location, key: upload.key, message: problem)
        }
        guard let expected, let actual = expectable(expected, parts, composite), actual != expected else { return }
        throw StorageError(
            .corrupted, during: .upload, at: location, key: upload.key,
            message: "the parts are not those expected: \(expected.algorithm.rawValue) is \(actual.hexadecimal), "
                + "not \(expected.hexadecimal)")
    }

    /// The parts' own digest in the form of `expected`; nil when theirs cannot be brought into that form.
    private func expectable(_ expected: Checksum, _ parts: [PartReceipt], _ composite: Checksum?) -> Checksum? {
        let digests = parts.compactMap { part in
            part.checksums.first { $0.algorithm == expected.algorithm && $0.parts == nil }?.bytes
        }
        if digests.count == parts.count {
            if expected.parts == parts.count { return Digest.composite(digests, expected.algorithm) }
            guard expected.parts == nil else { return nil }
            switch expected.algorithm {
            case .crc32, .crc32c, .crc64nvme:
                var whole = digests[0]
                for (digest, part) in zip(digests, parts).dropFirst() {
                    whole = Digest.combine(whole, digest, lengthOfB: part.size, expected.algorithm)
                }
                return Checksum(expected.algorithm, whole)
            case .md5, .sha1, .sha256:
                return parts.count == 1 ? Checksum(expected.algorithm, digests[0]) : nil
            }
        }
        return expected.algorithm == .md5 && expected.parts == parts.count ? composite : nil
    }

    private func completeDocument(
        _ upload: S3UploadSession, _ parts: [PartReceipt]
    ) throws(StorageError) -> [UInt8] {
        do throws(MarkupError) {
            var writer = MarkupWriter()
            writer.open("CompleteMultipartUpload", namespace: Self.namespace)
            for part in parts {
                writer.open("Part")
                for checksum in part.checksums where checksum.algorithm == policy.uploadAlgorithm {
                    if let name = ChecksumText.elementName(checksum.algorithm), checksum.parts == nil {
                        try writer.element(name, Base64.encode(checksum.bytes))
                    }
                }
                try writer.element("ETag", part.tag.map(TagText.quoted) ?? "")
                try writer.element("PartNumber", String(part.number))
                writer.close()
            }
            writer.close()
            return writer.bytes
        } catch {
            throw StorageError(
                .unexpected, during: .upload, at: location, key: upload.key, message: error.description)
        }
    }

    /// When the upload is gone because an earlier attempt went through: the object, if it is there with the tag that these
    /// parts make.
    private func settled(
        _ error: StorageError, _ upload: S3UploadSession, _ size: Int64, _ composite: Checksum?
    ) async -> Entry? {
        guard error.service?.code == "NoSuchUpload", let composite else { return nil }
        do throws(StorageError) {
            let entry = try await headObject(upload.key, version: nil)
            guard entry.size == size, entry.tag?.lookalike == composite,
                upload.options.modified == nil || upload.options.modified == entry.modified,
                upload.options.metadata.sourceVersion == entry.metadata?.sourceVersion
            else { return nil }
            return entry
        } catch {
            return nil
        }
    }
}
