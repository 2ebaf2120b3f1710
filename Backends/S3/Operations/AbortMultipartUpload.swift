// Part of godwit. SPDX-License-Identifier: Apache-2.0

import HTTPTransport
import StorageModel

/// https://docs.aws.amazon.com/AmazonS3/latest/API/API_AbortMultipartUpload.html
extension S3Connection {
    /// Gives an upload up; one that is gone counts as given up.
    func abortMultipartUpload(_ key: ObjectKey, _ token: String) async throws(StorageError) {
        var call = S3Call(
            kind: .delete, method: .delete, operation: .upload, permission: "s3:AbortMultipartUpload", key: key)
        call.query.add("uploadId", token)
        do {
            _ = try await send(call)
        } catch  where error.kind == .notFound || error.service?.code == "NoSuchUpload" {
            return
        }
    }
}
