// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// A permission for something.
public struct AccessGrant: Sendable, Hashable {
    public enum Subject: Sendable, Hashable {
        case account
        case place(AccessPlace)
        case encryptionKey(EncryptionKeyName)
    }

    public var permission: Permission
    public var subject: Subject

    public init(_ permission: Permission, _ subject: Subject) {
        self.permission = permission
        self.subject = subject
    }
}
