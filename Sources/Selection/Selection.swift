// Part of godwit. SPDX-License-Identifier: Apache-2.0

public import StorageModel

/// Which objects a run concerns: rules, sizes and ages, compiled once; pure.
public struct Selection: Sendable {
    public init() {}

    /// Everything.
    public static let all = Selection()

    /// Whether `entry`, whose key relative to the location is `key`, is selected.
    public func selects(_ entry: Entry, key: ObjectKey) -> Bool { true }

    /// Whether anything under `directory` (relative, ending in `/`) can be selected; false prunes the listing.
    public func mayContain(_ directory: ObjectKey) -> Bool { true }
}
