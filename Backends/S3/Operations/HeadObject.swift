// Part of godwit. SPDX-License-Identifier: Apache-2.0

import HTTPTransport
import StorageModel

/// https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
extension S3Connection {
    /// One object's entry with its metadata.
    func headObject(_ key: ObjectKey, version: String?) async throws(StorageError) -> Entry {
        let headers = try await objectHeaders(of: key, version: version)
        return try entry(headers, key, size: headers.contentLength, during: .stat)
    }

    /// The headers that a HEAD gives.
    func objectHeaders(
        of key: ObjectKey, version: String?, during operation: StorageError.Operation = .stat
    ) async throws(StorageError) -> ObjectHeaders {
        try validate(key, during: operation)
        var call = S3Call(kind: .head, method: .head, operation: operation, permission: "s3:GetObject", key: key)
        if let version { call.query.add("versionId", version) }
        if policy.asksForChecksums { call.headers.append(HTTPHeader("x-amz-checksum-mode", "ENABLED")) }
        call.headers += policy.keyHeaders
        return ObjectHeaders(try await send(call).headers)
    }

    /// The entry that `headers` describe.
    func entry(
        _ headers: ObjectHeaders, _ key: ObjectKey, size: Int64?, during operation: StorageError.Operation
    ) throws(StorageError) -> Entry {
        guard let size else {
            throw StorageError(
                .unexpected, during: operation, at: location, key: key,
                message: "the store did not say how long the object is")
        }
        return Entry(
            key: key, size: size, modified: headers.modified, written: headers.written, tag: headers.tag,
            version: headers.version, checksums: headers.checksums,
            tagMayBeDigest: !headers.tagIsOpaque && policy.mayBeDigest(headers.tag),
            storageClass: headers.storageClass, metadata: headers.metadata,
            archive: headers.archive ?? policy.archiveState(in: headers.storageClass))
    }
}
