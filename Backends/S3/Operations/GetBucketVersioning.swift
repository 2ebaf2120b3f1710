// Part of godwit. SPDX-License-Identifier: Apache-2.0

import HTTPTransport
import StorageModel

/// https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketVersioning.html
extension S3Connection {
    /// Whether versioning is enabled. A suspended one keeps nothing of what is written meanwhile.
    func isVersioned() async throws(StorageError) -> Bool {
        do throws(StorageError) {
            return try await versioningStatus() == "Enabled"
        } catch {
            switch error.kind {
            // Who may not ask, or asks a store that has no versions, goes by what every store has. A bucket that is yet
            // to be made has nothing to keep.
            case .permissionDenied, .unsupported, .containerNotFound: return false
            default: throw error
            }
        }
    }

    /// Whether there may be versions in the bucket: it keeps them, or did. Asked for once.
    func mayHoldVersions() async throws(StorageError) -> Bool {
        if let known = knownToHoldVersions { return known }
        var holds = true
        do throws(StorageError) {
            holds = try await versioningStatus() != nil
        } catch {
            guard [.permissionDenied, .unsupported].contains(error.kind) else { throw error }
        }
        knownToHoldVersions = holds
        return holds
    }

    /// `Enabled` or `Suspended`; nil where the bucket never kept any.
    private func versioningStatus() async throws(StorageError) -> String? {
        guard policy.provider.keepsVersions else { return nil }
        var call = S3Call(
            kind: .list, method: .get, operation: .validate, permission: "s3:GetBucketVersioning")
        call.query.add("versioning")
        call.sink = .collect(limit: 64 << 10)
        let response = try await send(call)
        // moto calls it by the other name.
        let reply = try result(response, "VersioningConfiguration", "GetBucketVersioningResponse", of: call)
        return reply["Status"].flatMap { $0.text.isEmpty ? nil : $0.text }
    }
}
