// Part of godwit. SPDX-License-Identifier: Apache-2.0

import HTTPTransport
import StorageModel

/// https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html
extension S3Connection {
    /// Deletes one object; an absent one counts as deleted.
    /// - Returns: the version id of the delete marker, where there is one.
    func deleteObject(_ deletion: Deletion) async throws(StorageError) -> String? {
        try validate(deletion.key, during: .delete)
        var call = S3Call(
            kind: .delete, method: .delete, operation: .delete, permission: "s3:DeleteObject", key: deletion.key)
        if let version = deletion.version { call.query.add("versionId", version) }
        if let tag = deletion.ifMatch, policy.provider.conditions.contains(.deleteIfMatch) {
            call.headers.append(HTTPHeader("if-match", TagText.quoted(tag)))
        }
        call.isAmbiguousWhenLost = deletion.isForMarker
        do {
            let headers = ObjectHeaders(try await send(call).headers)
            return deletion.version == nil ? headers.version : nil
        } catch  where error.kind == .notFound {
            return nil
        } catch  where deletion.isForMarker && error.isTransient && error.kind != .rateLimited {
            // A store that fails may have begun.
            var unknown = error
            unknown.kind = .outcomeUnknown
            unknown.disposition = .permanent
            throw unknown
        }
    }
}
