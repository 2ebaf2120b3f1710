// Part of godwit. SPDX-License-Identifier: Apache-2.0

public import StorageModel

/// A location whose remote is open.
public struct OpenLocation: Sendable {
    public enum Form: Sendable, Hashable {
        /// One object: its key in the container.
        case object(ObjectKey)
        /// Everything under a prefix, which is empty or ends in `/`.
        case prefix(ObjectKey)
        /// The remote itself: all its buckets.
        case account
    }

    /// The backend of the container, wrapped in the session's layers. For an account nil.
    public var backend: (any Backend)?
    public var form: Form
    /// The location as the user would write it again, without secrets.
    public var display: String

    public init(backend: (any Backend)?, form: Form, display: String) {
        self.backend = backend
        self.form = form
        self.display = display
    }
}
