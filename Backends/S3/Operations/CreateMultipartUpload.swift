// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Digests
import HTTPTransport
import StorageModel

/// https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateMultipartUpload.html
extension S3Connection {
    /// Begins an object that is written in parts.
    func createMultipartUpload(
        to key: ObjectKey, size: Int64, partSize: Int64, _ options: WriteOptions
    ) async throws(StorageError) -> S3UploadSession {
        try validate(key, during: .upload)
        try checkLayout(size: size, partSize: partSize, key)
        // They come after the object, which would be there without them when they are refused.
        guard policy.provider.tagsUploads || options.metadata.tags.count <= S3Failure.tagsMax else {
            throw StorageError(
                .unsupported, during: .upload, at: location, key: key,
                message: "the object has \(options.metadata.tags.count) tags",
                advice: S3Failure.tagLimits + S3Failure.leaveTags)
        }
        let condition = try conditionHeader(options.precondition, needs: .completeIfAbsent, during: .upload, key)
        var call = S3Call(kind: .post, method: .post, operation: .upload, permission: "s3:PutObject", key: key)
        call.leavesTraces = true
        call.query.add("uploads")
        call.headers = try uploadHeaders(options, for: key, owner: try await owner(for: options.metadata.access))
        let response = try await send(call)
        let result = try result(response, "InitiateMultipartUploadResult", of: call)
        guard let token = result["UploadId"]?.text, !token.isEmpty else {
            throw malformed("an upload without UploadId", response, call)
        }
        return S3UploadSession(
            connection: self, key: key, token: token, size: size, options: options, condition: condition)
    }

    /// A digest of the headers that an upload to `key` begins with.
    func terms(_ options: WriteOptions, for key: ObjectKey) -> [UInt8] {
        guard let headers = try? uploadHeaders(options, for: key, owner: nil) else { return [] }
        return Digest.of(Array(headers.map { "\($0.name): \($0.value)\n" }.joined().utf8), .sha256)
    }

    private func uploadHeaders(
        _ options: WriteOptions, for key: ObjectKey, owner: String?
    ) throws(StorageError) -> [HTTPHeader] {
        var headers = try objectHeaders(options, for: key, owner: owner)
        if policy.uploadAlgorithm != .md5 {
            headers.append(HTTPHeader("x-amz-checksum-algorithm", policy.uploadAlgorithm.rawValue.uppercased()))
            if policy.uploadAlgorithm == .crc64nvme { headers.append(HTTPHeader("x-amz-checksum-type", "FULL_OBJECT")) }
        }
        return headers
    }

    /// Refuses parts that the store would not take.
    func checkLayout(size: Int64, partSize: Int64, _ key: ObjectKey) throws(StorageError) {
        let limits = policy.capabilities.multipart
        guard let limits, partSize > 0, partSize <= limits.partMax,
            partSize >= limits.partMin || size >= 0 && partSize >= size,
            size / partSize < Int64(limits.partCountMax) || size == partSize * Int64(limits.partCountMax)
        else {
            throw StorageError(
                .unsupported, during: .upload, at: location, key: key,
                message: "\(size) bytes in parts of \(partSize) do not fit the store's limits")
        }
    }
}
