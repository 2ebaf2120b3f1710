// Part of godwit. SPDX-License-Identifier: Apache-2.0

package import StorageModel

/// Keys that sign requests. Never shows its secrets when printed or dumped.
package struct Credentials: Sendable, Hashable {
    package var accessKeyID: String
    package var secretAccessKey: String
    /// Present in temporary credentials.
    package var sessionToken: String?
    /// When they cease to hold; nil: never.
    package var expiration: Timestamp?
    /// Whether they are of a session with one directory bucket, whose token has a header of its own.
    var isBucketSession = false

    package init(
        accessKeyID: String, secretAccessKey: String, sessionToken: String? = nil, expiration: Timestamp? = nil
    ) {
        self.accessKeyID = accessKeyID
        self.secretAccessKey = secretAccessKey
        self.sessionToken = sessionToken
        self.expiration = expiration
    }
}

extension Credentials: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "Credentials(\(accessKeyID), secret redacted)" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: ["accessKeyID": accessKeyID]) }
}
