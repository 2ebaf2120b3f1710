// Part of godwit. SPDX-License-Identifier: Apache-2.0

import HTTPTransport
import Markup
import StorageModel

/// https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectRetention.html and API_PutObjectLegalHold.html
extension S3Connection {
    /// Locks an object that is there by `lock`, where it is not by `present`.
    func putLock(
        _ lock: ObjectLock, of key: ObjectKey, version: String?, over present: ObjectLock
    ) async throws(StorageError) {
        if let mode = lock.mode, let end = lock.retainUntil, mode != present.mode || end != present.retainUntil {
            try await put("retention", "s3:PutObjectRetention", of: key, version) { writer throws(MarkupError) in
                writer.open("Retention", namespace: Self.namespace)
                try writer.element("Mode", mode.rawValue)
                try writer.element("RetainUntilDate", end.rfc3339(fractionDigits: 3))
            }
        }
        guard lock.hasLegalHold, !present.hasLegalHold else { return }
        try await put("legal-hold", "s3:PutObjectLegalHold", of: key, version) { writer throws(MarkupError) in
            writer.open("LegalHold", namespace: Self.namespace)
            try writer.element("Status", "ON")
        }
    }

    private func put(
        _ resource: String, _ permission: String, of key: ObjectKey, _ version: String?,
        _ write: (inout MarkupWriter) throws(MarkupError) -> Void
    ) async throws(StorageError) {
        var call = S3Call(kind: .put, method: .put, operation: .write, permission: permission, key: key)
        call.query.add(resource)
        if let version { call.query.add("versionId", version) }
        do throws(MarkupError) {
            var writer = MarkupWriter()
            try write(&writer)
            writer.close()
            call.carry(writer.bytes, provenBy: policy.documentAlgorithm)
        } catch {
            throw StorageError(.unsupported, during: .write, at: location, key: key, message: error.message)
        }
        do throws(StorageError) { _ = try await send(call) } catch {
            throw Self.advised(error, "no-preserve lock", permission)
        }
    }
}
