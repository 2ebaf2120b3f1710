// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Digests
import HTTPTransport
import StorageModel

/// https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
extension S3Connection {
    /// Copies within the store; with the class of `kept`, and its encryption where the settings ask for none.
    func copyObject(
        _ source: CopySource, to key: ObjectKey, _ options: WriteOptions, keeping kept: ObjectHeaders? = nil
    ) async throws(StorageError) -> Entry {
        try validate(key, during: .copy)
        try validate(source.entry.key, during: .copy)
        guard policy.provider.copiesServerSide, source.entry.size <= policy.provider.copyMax else {
            throw StorageError(
                .unsupported, during: .copy, at: location, key: key,
                message: policy.provider.copiesServerSide
                    ? "an object of \(source.entry.size) bytes is too long for a single copy"
                    : "\(policy.provider.name) does not copy server-side")
        }
        guard kept != nil || policy.provider.copiesEncrypt || !policy.encrypts else { throw copiesNoEncrypted(key) }
        let condition = try conditionHeader(options.precondition, during: .copy, key)
        if let precondition = options.precondition, !policy.provider.copiesHonourConditions {
            try await look(at: key, for: precondition)
        }
        try await checkKey(of: source)
        let tags = try await tagsToSet(behind: source, options)
        var call = S3Call(
            kind: .copy, method: .put, operation: .copy,
            permission: "s3:PutObject here and s3:GetObject on the source", key: key)
        call.entrance = .own
        call.headers = copySourceHeaders(source)
        if options.replacesMetadata {
            // Without it the store keeps the source's metadata.
            call.headers.append(HTTPHeader("x-amz-metadata-directive", "REPLACE"))
            try appendMetadata(options.metadata, modified: options.modified, for: key, to: &call.headers)
        }
        if options.replacesTags {
            call.headers.append(HTTPHeader("x-amz-tagging-directive", "REPLACE"))
            appendTags(options.metadata, to: &call.headers)
        } else if policy.provider.refusesTagsOfCopies {
            call.headers.append(HTTPHeader("x-amz-tagging-directive", "REPLACE"))
            call.headers.append(HTTPHeader("x-amz-object-annotation-directive", "EXCLUDE"))
        }
        appendPlacement(options, to: &call.headers)
        try appendUninherited(
            options.metadata, for: key, owner: try await owner(for: options.metadata.access), to: &call.headers)
        // A request that locks says what it carries, be it nothing.
        if call.headers.contains(where: { $0.name.hasPrefix("x-amz-object-lock-") }) {
            call.headers.append(HTTPHeader("content-md5", Base64.encode(Digest.of([], .md5))))
        }
        if let kept { append(kept, to: &call.headers) }
        if let condition { call.headers.append(condition) }
        call.isAmbiguousWhenLost = condition != nil || options.metadata.sourceVersion != nil
        let response: HTTPResponse
        do {
            response = try await send(call)
        } catch {
            throw Self.conditional(error, options.precondition)
        }
        let result = try result(response, "CopyObjectResult", of: call)
        let headers = ObjectHeaders(response.headers)
        let entry = try copied(source, to: key, options, result, headers)
        // What an object is copied onto itself for, its encryption is not.
        if kept == nil { try await confirmEncryption(headers, of: key, during: .copy) }
        if let tags { try await putTags(tags, of: key) }
        return entry
    }

    /// Checks a condition on the target of a copy where the store would not. Something written between this look and
    /// the copy goes unnoticed; there is no better way in such a store.
    private func look(at key: ObjectKey, for precondition: Precondition) async throws(StorageError) {
        var found: VersionTag?
        var exists = true
        do {
            found = try await objectHeaders(of: key, version: nil, during: .copy).tag
        } catch  where error.kind == .notFound {
            exists = false
        }
        let holds =
            switch precondition {
            case .absent: !exists
            case .matches(let tag): exists && found == tag
            }
        guard !holds else { return }
        throw StorageError(
            .preconditionFailed, during: .copy, at: location, key: key,
            message: exists ? "another object is there already" : "the object is gone")
    }

    private func copiesNoEncrypted(_ key: ObjectKey) -> StorageError {
        StorageError(
            .unsupported, during: .copy, at: location, key: key,
            message: "\(policy.provider.name) does not encrypt what it copies, or copy what a customer's key encrypts")
    }

    /// Fails where the source is not encrypted by the key given for it, and the copy would not.
    func checkKey(of source: CopySource) async throws(StorageError) {
        guard policy.provider.copiesEncrypt || source.customerKey == nil else {
            throw copiesNoEncrypted(source.entry.key)
        }
        guard !policy.provider.copiesCheckKeys, let key = source.customerKey else { return }
        let origin =
            source.container == bucket && key == settings.customerKey
            ? self : toward(source.container, customerKey: key)
        _ = try await origin.objectHeaders(of: source.entry.key, version: source.entry.version, during: .copy)
    }

    /// Where the bytes come from, and that they must still be the ones the entry describes.
    func copySourceHeaders(_ source: CopySource) -> [HTTPHeader] {
        // Behind the name of an access point what follows is said to be an object.
        let container =
            AccessPoint.isNamed(by: source.container)
            ? PercentEncoding.path(source.container) + "/object" : "/" + PercentEncoding.path(source.container)
        var path = container + "/" + PercentEncoding.path(source.entry.key.bytes)
        if let version = source.entry.version { path += "?versionId=" + PercentEncoding.query(version) }
        var headers = [HTTPHeader("x-amz-copy-source", path)]
        if let tag = source.entry.tag, policy.provider.conditions.contains(.copySourceIfMatch) {
            headers.append(HTTPHeader("x-amz-copy-source-if-match", TagText.quoted(tag)))
        }
        return headers + CustomerKeyHeaders.source(source.customerKey)
    }

    private func copied(
        _ source: CopySource, to key: ObjectKey, _ options: WriteOptions, _ result: ReplyElement,
        _ headers: ObjectHeaders
    ) throws(StorageError) -> Entry {
        let tag = TagText.tag(result["ETag"]?.text)
        // Where the store ignores the condition, two plain digests tell whether the source changed meanwhile.
        if !policy.provider.conditions.contains(.copySourceIfMatch), source.entry.tagMayBeDigest, policy.tagsAreMD5,
            !headers.tagIsOpaque, let was = source.entry.tag?.lookalike, was.parts == nil,
            let now = tag?.lookalike, now.parts == nil, was != now
        {
            throw StorageError(
                .preconditionFailed, during: .copy, at: location, key: key,
                message: "the source changed during the copy: \(now.hexadecimal), not \(was.hexadecimal)")
        }
        let written = result["LastModified"].flatMap { Timestamp(rfc3339: $0.bytes) }
        return Entry(
            key: key, size: source.entry.size,
            modified: options.replacesMetadata ? options.modified : source.entry.modified, written: written,
            tag: tag, version: headers.version, tagMayBeDigest: !headers.tagIsOpaque && policy.mayBeDigest(tag),
            storageClass: options.storageClass ?? policy.storageClass)
    }

    /// Gives an object other metadata, or another time, by copying it onto itself with everything else that it has.
    func setAttributes(
        _ changed: Attributes, of entry: Entry, to metadata: ObjectMetadata?, modified: Timestamp?
    ) async throws(StorageError) {
        let headers = try await objectHeaders(of: entry.key, version: nil, during: .copy)
        if let wanted = entry.tag, let tag = headers.tag, tag != wanted {
            throw StorageError(
                .preconditionFailed, during: .copy, at: location, key: entry.key,
                message: "the object changed: its tag is \(tag.text), not \(wanted.text)")
        }
        guard let metadata, changed.isDisjoint(with: [.metadata, .access]) else {
            return try await rewrite(changed, entry.key, headers, to: metadata ?? headers.metadata, modified)
        }
        if changed.contains(.tags) { try await putTags(metadata.tags, of: entry.key) }
        guard changed.contains(.lock), let lock = metadata.lock else { return }
        try await putLock(
            lock, of: entry.key, version: headers.version, over: headers.metadata.lock ?? ObjectLock())
        if !policy.provider.locksKeepTypes {
            try await rewrite(.metadata, entry.key, headers, to: headers.metadata, headers.modified)
        }
    }

    private func rewrite(
        _ changed: Attributes, _ key: ObjectKey, _ headers: ObjectHeaders, to metadata: ObjectMetadata,
        _ modified: Timestamp?
    ) async throws(StorageError) {
        guard headers.metadata.hiddenCount == 0 else {
            throw StorageError(
                .unsupported, during: .copy, at: location, key: key,
                message: "the object has metadata that no header can carry; replacing it would lose that")
        }
        let current = try self.entry(headers, key, size: headers.contentLength, during: .copy)
        var options = WriteOptions(metadata: metadata, modified: modified, replacesMetadata: true)
        options.replacesTags = changed.contains(.tags)
        if !changed.contains(.lock) { options.metadata.lock = headers.metadata.lock }
        if !changed.contains(.access) { options.metadata.access = try await keptAccess(of: key) }
        _ = try await copyObject(
            CopySource(container: bucket, entry: current, customerKey: settings.customerKey), to: key, options,
            keeping: headers)
    }

    /// The access list, which no copy takes over; nil where the store has none, or where who may not see it can hardly
    /// have made it.
    private func keptAccess(of key: ObjectKey) async throws(StorageError) -> AccessList? {
        guard policy.provider.attributes.contains(.access) else { return nil }
        do throws(StorageError) { return try await accessList(of: key, version: nil) } catch {
            guard error.kind == .permissionDenied || error.kind == .unsupported else { throw error }
            return nil
        }
    }

    private func append(_ kept: ObjectHeaders, to headers: inout [HTTPHeader]) {
        headers.removeAll { $0.name == "x-amz-storage-class" }
        if let storageClass = kept.storageClass ?? standardClass {
            headers.append(HTTPHeader("x-amz-storage-class", storageClass))
        }
        guard let encryption = kept.serverSideEncryption, encryption != "AES256",
            !headers.contains(where: { $0.name == "x-amz-server-side-encryption" })
        else { return }
        headers.append(HTTPHeader("x-amz-server-side-encryption", encryption))
        if let key = kept.kmsKeyID {
            headers.append(HTTPHeader("x-amz-server-side-encryption-aws-kms-key-id", key))
        }
    }
}
