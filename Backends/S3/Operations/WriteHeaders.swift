// Part of godwit. SPDX-License-Identifier: Apache-2.0

import HTTPTransport
import StorageModel

/// The headers that give an object its metadata, class, access list and encryption.
extension S3Connection {
    /// Headers of a new object at `key`.
    func objectHeaders(_ options: WriteOptions, for key: ObjectKey) throws(StorageError) -> [HTTPHeader] {
        var headers: [HTTPHeader] = []
        headers.reserveCapacity(12 + options.metadata.user.count)
        try appendMetadata(options.metadata, modified: options.modified, for: key, to: &headers)
        appendPlacement(options, to: &headers)
        return headers
    }

    /// Storage class, access list and encryption, as every request that makes an object carries them.
    func appendPlacement(_ options: WriteOptions, to headers: inout [HTTPHeader]) {
        let usual = options.isExact ? standardClass : policy.storageClass
        if let storageClass = options.storageClass ?? usual {
            headers.append(HTTPHeader("x-amz-storage-class", storageClass))
        }
        headers += options.isExact ? policy.writeHeaders.filter { $0.name != "x-amz-acl" } : policy.writeHeaders
    }

    /// The standard class said aloud, where the settings would choose another for new objects.
    var standardClass: String? { policy.storageClass == nil ? nil : "STANDARD" }

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
        try append("x-amz-website-redirect-location", metadata.websiteRedirect, for: key, to: &headers)
        for field in metadata.user where modified == nil || field.name != "mtime" {
            guard Self.isFieldName(field.name) else {
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

    /// Whether `name` is a token (RFC 9110, section 5.6.2), as header names must be.
    private static func isFieldName(_ name: String) -> Bool {
        !name.isEmpty
            && name.utf8.allSatisfy { byte in
                switch byte {
                case 48...57, 65...90, 94...122, UInt8(ascii: "!"), 35...39, UInt8(ascii: "*"), UInt8(ascii: "+"),
                    UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "|"), UInt8(ascii: "~"):
                    true
                default: false
                }
            }
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
