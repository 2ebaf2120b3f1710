// Part of godwit. SPDX-License-Identifier: Apache-2.0

import HTTPTransport
import StorageModel

/// The headers that give an object its metadata, class, access list and encryption.
extension S3Connection {
    /// Headers of a new object at `key`. `owner`: what ``owner(for:)`` gives.
    func objectHeaders(
        _ options: WriteOptions, for key: ObjectKey, owner: String?
    ) throws(StorageError) -> [HTTPHeader] {
        var headers: [HTTPHeader] = []
        headers.reserveCapacity(12 + options.metadata.user.count)
        try appendMetadata(options.metadata, modified: options.modified, for: key, to: &headers)
        appendTags(options.metadata, to: &headers)
        appendPlacement(options, to: &headers)
        try appendUninherited(options.metadata, for: key, owner: owner, to: &headers)
        return headers
    }

    /// Storage class, the settings' access list and encryption, as every request that makes an object carries them. A
    /// class that the settings choose comes before that of the object which is copied.
    func appendPlacement(_ options: WriteOptions, to headers: inout [HTTPHeader]) {
        let own = options.storageClass ?? (options.isExact ? standardClass : nil)
        if let storageClass = options.isExact ? own : policy.storageClass ?? own {
            headers.append(HTTPHeader("x-amz-storage-class", storageClass))
        }
        let hasOwnAccess = options.isExact || options.metadata.access != nil
        headers += policy.keyHeaders
        headers += hasOwnAccess ? policy.writeHeaders.filter { $0.name != "x-amz-acl" } : policy.writeHeaders
    }

    /// What no copy takes over from its source: the redirect, the lock, the access list.
    func appendUninherited(
        _ metadata: ObjectMetadata, for key: ObjectKey, owner: String?, to headers: inout [HTTPHeader]
    ) throws(StorageError) {
        try append("x-amz-website-redirect-location", metadata.websiteRedirect, for: key, to: &headers)
        // A retention that has ended is taken by no store.
        if let lock = metadata.lock?.holding(at: now) {
            if let mode = lock.mode, let end = lock.retainUntil {
                headers.append(HTTPHeader("x-amz-object-lock-mode", mode.rawValue))
                headers.append(HTTPHeader("x-amz-object-lock-retain-until-date", end.rfc3339(fractionDigits: 3)))
            }
            if lock.hasLegalHold { headers.append(HTTPHeader("x-amz-object-lock-legal-hold", "ON")) }
        }
        if let access = metadata.access { headers += AccessHeaders.headers(access, owner: owner) }
    }

    /// Tags as a query (https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html#API_PutObject_RequestSyntax).
    func appendTags(_ metadata: ObjectMetadata, to headers: inout [HTTPHeader]) {
        guard !metadata.tags.isEmpty else { return }
        let pairs = metadata.tags.map { "\(PercentEncoding.query($0.name))=\(PercentEncoding.query($0.value))" }
        headers.append(HTTPHeader("x-amz-tagging", pairs.joined(separator: "&")))
    }

    /// Whom an access list must name beside those that it grants something; nil: nobody.
    func owner(for access: AccessList?) async throws(StorageError) -> String? {
        guard let access, AccessHeaders.needsOwner(access) else { return nil }
        return try await ownerID()
    }

    /// The standard class said aloud, where the settings would choose another for new objects.
    var standardClass: String? { policy.storageClass == nil ? nil : policy.provider.standardClass }

    /// System headers, user metadata and the modification time.
    func appendMetadata(
        _ metadata: ObjectMetadata, modified: Timestamp?, for key: ObjectKey, to headers: inout [HTTPHeader]
    ) throws(StorageError) {
        let type = metadata.contentType ?? policy.contentType ?? ContentTypes.guess(key)
        try append("content-type", type, for: key, to: &headers)
        try append("cache-control", metadata.cacheControl, for: key, to: &headers)
        try append("content-disposition", metadata.contentDisposition, for: key, to: &headers)
        try append("content-encoding", metadata.contentEncoding, for: key, to: &headers)
        try append("content-language", metadata.contentLanguage, for: key, to: &headers)
        try append("expires", metadata.expires, for: key, to: &headers)
        for field in metadata.user where modified == nil || field.name != "mtime" {
            guard ObjectMetadata.UserField.isToken(field.name) else {
                throw unsendable("metadata name \(TerminalText.escaped(field.name)) cannot be part of a header", key)
            }
            try append("x-amz-meta-" + field.name.lowercased(), field.value, for: key, to: &headers)
        }
        if let modified { headers.append(HTTPHeader("x-amz-meta-mtime", modified.decimal)) }
    }

    private func append(
        _ name: String, _ value: String?, for key: ObjectKey, to headers: inout [HTTPHeader]
    ) throws(StorageError) {
        guard let value else { return }
        guard !value.utf8.contains(where: { $0 < 32 && $0 != 9 || $0 == 127 }) else {
            throw unsendable("the value of \(name) holds a control character, which no header can carry", key)
        }
        headers.append(HTTPHeader(name, value))
    }

    private func unsendable(_ message: String, _ key: ObjectKey) -> StorageError {
        StorageError(.invalidConfiguration, during: .write, at: location, key: key, message: message)
    }

    /// The header of `precondition`; it is refused where the store would not honour it.
    func conditionHeader(
        _ precondition: Precondition?, needs: Capabilities.Conditions? = nil, during operation: StorageError.Operation,
        _ key: ObjectKey
    ) throws(StorageError) -> HTTPHeader? {
        guard let precondition else { return nil }
        let (header, own): (HTTPHeader, Capabilities.Conditions) =
            switch precondition {
            case .absent: (HTTPHeader("if-none-match", "*"), .writeIfAbsent)
            case .matches(let tag): (HTTPHeader("if-match", TagText.quoted(tag)), .writeIfMatch)
            }
        guard policy.provider.conditions.isSuperset(of: own.union(needs ?? [])) else {
            throw StorageError(
                .unsupported, during: operation, at: location, key: key,
                message: "\(policy.provider.name) does not honour \(header.name) here")
        }
        return header
    }
}
