// Part of godwit. SPDX-License-Identifier: Apache-2.0

import HTTPTransport
import StorageModel

/// An access list as headers of the request that makes the object, so that there is no moment without it
/// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#canned-acl).
enum AccessHeaders {
    private typealias Grant = AccessList.Grant

    private static let everyone = AccessList.Grant.Grantee.group("http://acs.amazonaws.com/groups/global/AllUsers")
    private static let signedIn = AccessList.Grant.Grantee.group(
        "http://acs.amazonaws.com/groups/global/AuthenticatedUsers")

    /// Whether the list must be spelled out, which takes the owner's id: with grants, the owner has only what they say.
    static func needsOwner(_ list: AccessList) -> Bool { !list.grants.isEmpty && canned(list) == nil }

    /// None for a list that grants nothing, since that is what an object without one has.
    static func headers(_ list: AccessList, owner: String?) -> [HTTPHeader] {
        if list.grants.isEmpty { return [] }
        if let name = canned(list) { return [HTTPHeader("x-amz-acl", name)] }
        var grantees: [String: [String]] = [:]
        if let owner { grantees["FULL_CONTROL"] = ["id=\"\(owner)\""] }
        for grant in list.grants {
            let text =
                switch grant.grantee {
                case .account(let id): "id=\"\(id)\""
                case .group(let uri): "uri=\"\(uri)\""
                }
            grantees[grant.permission, default: []].append(text)
        }
        return grantees.sorted { $0.key < $1.key }.map { permission, grantees in
            let name = permission.lowercased().replacing("_", with: "-")
            return HTTPHeader("x-amz-grant-\(name)", grantees.joined(separator: ", "))
        }
    }

    private static func canned(_ list: AccessList) -> String? {
        switch Set(list.grants) {
        case [Grant(everyone, "READ")]: "public-read"
        case [Grant(everyone, "READ"), Grant(everyone, "WRITE")]: "public-read-write"
        case [Grant(signedIn, "READ")]: "authenticated-read"
        default: nil
        }
    }
}
