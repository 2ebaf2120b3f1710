// Part of godwit. SPDX-License-Identifier: Apache-2.0

public import StorageModel

/// A container and the prefix within it that one side of a run covers.
public struct SyncLocation: Sendable {
    public var backend: any Backend
    /// Empty, or ending in `/`.
    public var prefix: ObjectKey

    public init(backend: any Backend, prefix: ObjectKey = .root) {
        self.backend = backend
        self.prefix = prefix
    }
}
