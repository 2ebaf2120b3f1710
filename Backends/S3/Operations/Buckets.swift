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
        guard try await mustManage(.createContainer) else { return }
        var call = S3Call(kind: .put, method: .put, operation: .createContainer, permission: "s3:CreateBucket")
        call.entrance = .control
        if let document = try configuration() {
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
        guard try await mustManage(.deleteContainer) else { return }
        var call = S3Call(
            kind: .delete, method: .delete, operation: .deleteContainer, permission: "s3:DeleteBucket")
        call.entrance = .control
        _ = try await send(call)
    }

    /// Whether there is something to do to the bucket itself. An access point is made and removed by other means; where it is
    /// wanted and there, nothing is to be done.
    private func mustManage(_ operation: StorageError.Operation) async throws(StorageError) -> Bool {
        guard form?.isAccessPoint == true else { return true }
        if operation == .createContainer, try await headBucket() { return false }
        throw StorageError(
            .unsupported, during: operation, at: location, message: "this is an access point, no bucket",
            advice: "name the bucket itself, or manage access points with aws s3control")
    }

    /// us-east-1 is said by saying nothing.
    private var locationConstraint: String? {
        if let constraint = settings.locationConstraint, !constraint.isEmpty { return constraint }
        guard settings.provider.name == Provider.aws.name, let region = settings.region, !region.isEmpty,
            region != "us-east-1"
        else { return nil }
        return region
    }

    /// The document that says where the bucket is to be; nil: nothing has to be said.
    private func configuration() throws(StorageError) -> [UInt8]? {
        let constraint = locationConstraint
        do throws(MarkupError) {
            var writer = MarkupWriter()
            writer.open("CreateBucketConfiguration", namespace: Self.namespace)
            if case .directory(let bucket) = form {
                try write(bucket, to: &writer)
            } else {
                guard let constraint else { return nil }
                try writer.element("LocationConstraint", constraint)
            }
            writer.close()
            return writer.bytes
        } catch {
            throw StorageError(
                .invalidConfiguration, during: .createContainer, at: location,
                message: "the location constraint is not text")
        }
    }

    /// https://docs.aws.amazon.com/AmazonS3/latest/userguide/directory-bucket-create.html
    private func write(_ bucket: DirectoryBucket, to writer: inout MarkupWriter) throws(MarkupError) {
        let kind = bucket.isInLocalZone ? "LocalZone" : "AvailabilityZone"
        writer.open("Location")
        try writer.element("Name", bucket.zone)
        try writer.element("Type", kind)
        writer.close()
        writer.open("Bucket")
        try writer.element("DataRedundancy", "Single\(kind)")
        try writer.element("Type", "Directory")
        writer.close()
    }
}
