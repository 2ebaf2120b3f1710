// Part of godwit. SPDX-License-Identifier: Apache-2.0

public import StorageModel

/// Where an earlier run stopped, for a run that goes on with its listings.
public struct ResumePoint: Sendable {
    /// How the listings go on.
    public enum Listings: Sendable, Hashable {
        /// Not at all: only what is pending is looked at.
        case none
        /// After this key, relative to both sides, of a merge in this order; nil: from the start.
        case after(ObjectKey?, ListingOrder)
    }

    public var listings: Listings
    /// What was decided or failed before that point, and was not done: batch by batch, nil after the last. Each is decided
    /// again from a fresh look at both sides.
    public var pending: @Sendable () async throws(StorageError) -> [PlannedAction]?

    public init(
        listings: Listings, pending: @escaping @Sendable () async throws(StorageError) -> [PlannedAction]?
    ) {
        self.listings = listings
        self.pending = pending
    }
}
