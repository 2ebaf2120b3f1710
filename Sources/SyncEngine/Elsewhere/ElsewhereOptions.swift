// Part of godwit. SPDX-License-Identifier: Apache-2.0

public import StorageModel

/// Other places that may hold what a run would transfer (`--compare-dest`, `--copy-dest`): under the same key.
public struct ElsewhereOptions: Sendable {
    /// Looked at one after another, until one has the object.
    public var places: [SyncLocation]
    /// What keys of the target begin with that those of the places do not.
    public var dropped: ObjectKey
    /// Whether the object is copied from there, by the store itself where it can; else it is not copied at all.
    public var copies: Bool

    public init(places: [SyncLocation], dropping: ObjectKey, copies: Bool) {
        self.places = places
        dropped = dropping
        self.copies = copies
    }

    /// Why a run cannot look there; nil when it can. Pure.
    public func refusal(target: SyncLocation) -> String? {
        guard places.contains(where: { overlaps($0, target) }) else { return nil }
        return
            "the directory to look in (\(copies ? "--copy-dest" : "--compare-dest")) and the target lie one within the "
            + "other: what the run writes there would be what it looks for. Name a directory outside of it"
    }
}
