// Part of godwit. SPDX-License-Identifier: Apache-2.0

import HTTPTransport
import Markup
import StorageModel

/// https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html, API_CreateBucket.html, API_DeleteBucket.html
extension S3Connection {
    /// Whether the bucket is there.
    func headBucket() async throws(StorageError) -> Bool {
        let call = S3Call(kind: .head, method: .head, operation: .validate, permission: "s3:ListBucket")
        do {
            _ = try await send(call)
            return true
        } catch  where error.kind == .containerNotFound {
            return false
        }
    }

    /// Makes the bucket; succeeds when it is ours already.
    func createBucket() async throws(StorageError) {
        var call = S3Call(kind: .put, method: .put, operation: .createContainer, permission: "s3:CreateBucket")
        if let constraint = locationConstraint {
            let document = try configuration(constraint)
            call.headers = [HTTPHeader("content-type", "application/xml")]
            call.body = .bytes(document)
            call.payload = PayloadHash.of(document)
        }
        do {
            _ = try await send(call)
        } catch  where error.kind == .alreadyExists {
            if error.service?.code == "BucketAlreadyOwnedByYou" { return }
            // Some stores say so of our own bucket too; whoever may look into it may use it.
            guard (try? await headBucket()) == true else { throw error }
        }
    }

    /// Removes the empty bucket.
    func deleteBucket() async throws(StorageError) {
        let call = S3Call(
            kind: .delete, method: .delete, operation: .deleteContainer, permission: "s3:DeleteBucket")
        _ = try await send(call)
    }

    /// us-east-1 is said by saying nothing.
    private var locationConstraint: String? {
        if let constraint = settings.locationConstraint, !constraint.isEmpty { return constraint }
        guard settings.provider.name == Provider.aws.name, let region = settings.region, !region.isEmpty,
            region != "us-east-1"
        else { return nil }
        return region
    }

    private func configuration(_ constraint: String) throws(StorageError) -> [UInt8] {
        do throws(MarkupError) {
            var writer = MarkupWriter()
            writer.open("CreateBucketConfiguration", namespace: Self.namespace)
            try writer.element("LocationConstraint", constraint)
            writer.close()
            return writer.bytes
        } catch {
            throw StorageError(
                .invalidConfiguration, during: .createContainer, at: location,
                message: "the location constraint is not text")
        }
    }
}
