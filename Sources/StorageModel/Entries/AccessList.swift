// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// Who may do what with an object beside its owner, who may do everything
/// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html).
public struct AccessList: Sendable, Hashable {
    public struct Grant: Sendable, Hashable {
        public enum Grantee: Sendable, Hashable {
            /// An account of the store, by its canonical id.
            case account(String)
            /// A group that all stores know, by its URI.
            case group(String)
        }

        public var grantee: Grantee
        /// `READ`, `READ_ACP`, `WRITE_ACP`, `FULL_CONTROL`.
        public var permission: String

        public init(_ grantee: Grantee, _ permission: String) {
            self.grantee = grantee
            self.permission = permission
        }
    }

    public var grants: [Grant]

    public init(grants: [Grant] = []) { self.grants = grants }

    /// The same without the accounts, which mean nothing in another store.
    public var ofGroups: AccessList {
        AccessList(
            grants: grants.filter { grant in
                if case .group = grant.grantee { true } else { false }
            })
    }
}
