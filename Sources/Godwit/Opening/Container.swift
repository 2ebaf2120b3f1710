// Part of godwit. SPDX-License-Identifier: Apache-2.0

public import StorageModel

/// A bucket as its account lists it.
public struct Container: Sendable, Hashable {
    public var name: String
    public var created: Timestamp?

    public init(name: String, created: Timestamp?) {
        self.name = name
        self.created = created
    }
}
