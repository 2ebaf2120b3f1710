// Part of godwit. SPDX-License-Identifier: Apache-2.0

import HTTPTransport
import Markup
import StorageModel

/// https://docs.aws.amazon.com/AmazonS3/latest/API/API_RestoreObject.html
extension S3Connection {
    /// Asks for an archived object to be made readable. Nil: it is not archived.
    func restoreObject(_ entry: Entry, _ request: RestoreRequest) async throws(StorageError) -> ArchiveState? {
        try validate(entry.key, during: .restore)
        var call = S3Call(
            kind: .post, method: .post, operation: .restore, permission: "s3:RestoreObject", key: entry.key)
        call.query.add("restore")
        if let version = try await version(of: entry.key, asked: entry.version) { call.query.add("versionId", version) }
        call.carry(try restoreDocument(entry, request), provenBy: policy.documentAlgorithm)
        do throws(StorageError) {
            // 202: it has begun. 200: what is there already stays for longer.
            return try await send(call).status == 200 ? .restored(until: nil) : .restoring
        } catch {
            if error.service?.code == "RestoreAlreadyInProgress" { return .restoring }
            guard error.kind == .archived else { throw error }
            return nil
        }
    }

    private func restoreDocument(_ entry: Entry, _ request: RestoreRequest) throws(StorageError) -> [UInt8] {
        do throws(MarkupError) {
            var writer = MarkupWriter()
            writer.open("RestoreRequest", namespace: Self.namespace)
            // What was archived by itself comes back for good, and a number of days would be refused.
            if entry.storageClass != "INTELLIGENT_TIERING" { try writer.element("Days", String(request.days)) }
            writer.open("GlacierJobParameters")
            try writer.element("Tier", Self.name(of: request.tier))
            writer.close()
            writer.close()
            return writer.bytes
        } catch {
            throw StorageError(.unsupported, during: .restore, at: location, key: entry.key, message: error.message)
        }
    }

    private static func name(of tier: RestoreRequest.Tier) -> String {
        switch tier {
        case .bulk: "Bulk"
        case .standard: "Standard"
        case .expedited: "Expedited"
        }
    }
}
