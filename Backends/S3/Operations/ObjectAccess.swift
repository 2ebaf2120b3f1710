// Part of godwit. SPDX-License-Identifier: Apache-2.0

import HTTPTransport
import StorageModel

/// https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectAcl.html and API_GetBucketAcl.html
extension S3Connection {
    /// Who may do what with an object beside its owner.
    func accessList(of key: ObjectKey, version: String?) async throws(StorageError) -> AccessList {
        let permission = version == nil ? "s3:GetObjectAcl" : "s3:GetObjectVersionAcl"
        let reply: ReplyElement
        do throws(StorageError) {
            reply = try await accessPolicy(of: key, version: version, permission)
        } catch {
            throw Self.advised(error, "no-preserve acl", permission)
        }
        let owner = reply["Owner"]?["ID"]?.text ?? ""
        let grants = reply["AccessControlList"]?.all("Grant").compactMap { element -> AccessList.Grant? in
            let permission = element["Permission"]?.text ?? ""
            guard let grantee = element["Grantee"] else { return nil }
            if let uri = grantee["URI"]?.text { return .init(.group(uri), permission) }
            guard let id = grantee["ID"]?.text, id != owner else { return nil }
            return .init(.account(id), permission)
        }
        return AccessList(grants: grants ?? [])
    }

    /// The id of the account that objects of this bucket belong to; asked for once.
    func ownerID() async throws(StorageError) -> String {
        if let known = knownOwner { return known }
        let reply = try await accessPolicy(of: nil, version: nil, "s3:GetBucketAcl")
        guard let id = reply["Owner"]?["ID"]?.text, !id.isEmpty else {
            throw StorageError(
                .unsupported, during: .write, at: location,
                message: "the store does not say whose the bucket is, whom an access list must name",
                advice: "pass --no-preserve acl")
        }
        knownOwner = id
        return id
    }

    private func accessPolicy(
        of key: ObjectKey?, version: String?, _ permission: String
    ) async throws(StorageError) -> ReplyElement {
        var call = S3Call(kind: .get, method: .get, operation: .stat, permission: permission, key: key)
        call.query.add("acl")
        if let version { call.query.add("versionId", version) }
        return try result(try await send(call), "AccessControlPolicy", of: call)
    }
}
