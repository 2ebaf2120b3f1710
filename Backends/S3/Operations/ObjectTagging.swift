// Part of godwit. SPDX-License-Identifier: Apache-2.0

import HTTPTransport
import Markup
import StorageModel

/// https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectTagging.html and API_PutObjectTagging.html
extension S3Connection {
    /// The tags of an object, sorted by name.
    func tags(of key: ObjectKey, version: String?) async throws(StorageError) -> [ObjectMetadata.UserField] {
        let permission = version == nil ? "s3:GetObjectTagging" : "s3:GetObjectVersionTagging"
        var call = S3Call(kind: .get, method: .get, operation: .stat, permission: permission, key: key)
        call.query.add("tagging")
        if let version { call.query.add("versionId", version) }
        let response: HTTPResponse
        do throws(StorageError) { response = try await send(call) } catch {
            throw Self.advised(error, "no-preserve tags", permission)
        }
        // Ceph 16 says nothing of an object whose upload was to have tags, and has none.
        if response.body.isEmpty { return [] }
        let reply = try result(response, "Tagging", "GetObjectTaggingOutput", of: call)
        var tags = (reply["TagSet"]?.all("Tag") ?? []).map { tag in
            ObjectMetadata.UserField(name: tag["Key"]?.text ?? "", value: tag["Value"]?.text ?? "")
        }
        tags.sortByName()
        return tags
    }

    /// Gives an object these tags and no others.
    func putTags(_ tags: [ObjectMetadata.UserField], of key: ObjectKey) async throws(StorageError) {
        var call = S3Call(kind: .put, method: .put, operation: .write, permission: "s3:PutObjectTagging", key: key)
        let document: [UInt8]
        do throws(MarkupError) {
            var writer = MarkupWriter()
            writer.open("Tagging", namespace: Self.namespace)
            writer.open("TagSet")
            for tag in tags {
                writer.open("Tag")
                try writer.element("Key", tag.name)
                try writer.element("Value", tag.value)
                writer.close()
            }
            writer.close()
            writer.close()
            document = writer.bytes
        } catch {
            throw StorageError(.unsupported, during: .write, at: location, key: key, message: error.message)
        }
        call.query.add("tagging")
        call.carry(document, provenBy: policy.documentAlgorithm)
        do throws(StorageError) { _ = try await send(call) } catch {
            throw Self.advised(error, "no-preserve tags", "s3:PutObjectTagging")
        }
    }

    /// A refusal, with what to do about it.
    static func advised(_ error: StorageError, _ flag: String, _ permission: String) -> StorageError {
        guard error.kind == .permissionDenied else { return error }
        var error = error
        error.advice = "the credentials lack \(permission); add it, or pass --\(flag)"
        return error
    }
}
