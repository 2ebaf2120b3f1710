// Part of godwit. SPDX-License-Identifier: Apache-2.0

import HTTPTransport
import StorageModel

/// What of an object's attributes a bucket keeps, which its configuration says:
/// https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectLockConfiguration.html,
/// API_GetBucketOwnershipControls.html and API_GetBucketWebsite.html
extension S3Connection {
    /// Which of `wanted` this bucket keeps. What may not be asked counts as kept: then the object itself tells.
    func keptAttributes(of wanted: Attributes) async throws(StorageError) -> Attributes {
        var kept = policy.provider.attributes.intersection(wanted)
        if kept.contains(.lock),
            case .none = try await configuration("object-lock", "s3:GetBucketObjectLockConfiguration")
        {
            kept.remove(.lock)
        }
        if kept.contains(.redirect), case .none = try await configuration("website", "s3:GetBucketWebsite") {
            kept.remove(.redirect)
        }
        if kept.contains(.access),
            case .document(let reply) = try await configuration("ownershipControls", "s3:GetBucketOwnershipControls"),
            reply["Rule"]?["ObjectOwnership"]?.text == "BucketOwnerEnforced"
        {
            kept.remove(.access)
        }
        return kept
    }

    private enum Configuration {
        /// There is none, or the store knows no such thing.
        case none
        case unknown
        case document(ReplyElement)
    }

    private func configuration(_ name: String, _ permission: String) async throws(StorageError) -> Configuration {
        // Counted with what reads no content.
        var call = S3Call(kind: .head, method: .get, operation: .validate, permission: permission)
        call.query.add(name)
        call.sink = .collect(limit: 256 << 10)
        do throws(StorageError) {
            let response = try await send(call)
            return ReplyElement(parsing: response.body).map { .document($0) } ?? .unknown
        } catch {
            switch (error.service?.status, error.service?.code) {
            case (403, _), (_, "NoSuchBucket"): return .unknown
            case (400, _), (404, _), (405, _), (501, _): return .none
            default: throw error
            }
        }
    }
}
