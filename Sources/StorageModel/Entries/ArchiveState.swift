// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// Whether an object that a store has archived can be read
/// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/restoring-objects.html).
public enum ArchiveState: Sendable, Hashable {
    /// It must be restored first.
    case archived
    /// A restore is under way.
    case restoring
    /// A copy that can be read is there, until then where the store says so.
    case restored(until: Timestamp?)
}

/// How archived objects are made readable
/// (https://docs.aws.amazon.com/AmazonS3/latest/API/API_RestoreObject.html).
public struct RestoreRequest: Sendable, Hashable {
    /// How fast, and how dear.
    public enum Tier: String, Sendable, Hashable, CaseIterable {
        case bulk, standard, expedited
    }

    /// For how many days they can be read, from 1. An object that went to an archive tier by itself
    /// (Intelligent-Tiering) comes back for good.
    public var days: Int
    public var tier: Tier

    public init(days: Int, tier: Tier = .standard) {
        self.days = days
        self.tier = tier
    }
}
