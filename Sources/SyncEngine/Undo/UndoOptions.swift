// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

/// How a run keeps what it overwrites and deletes, so that it can be undone.
public struct UndoOptions: Sendable {
    /// Where it is kept: a place in the target's store, with a prefix that no other run uses. Local places are opened
    /// with links kept as links. Nil: the target's container keeps every version of an object by itself (versioning is
    /// enabled, not suspended).
    public var place: SyncLocation?

    public init(place: SyncLocation?) { self.place = place }

    /// Why a run cannot keep things there; nil when it can. Pure.
    public func refusal(mode: SyncMode, source: SyncLocation, target: SyncLocation) -> String? {
        if mode == .move {
            return "a move cannot be undone at the target alone: what it moved there is nowhere else. "
                + "Copy instead, or move without --keep-undo"
        }
        guard let place else { return nil }
        for (name, side) in [("source", source), ("target", target)] where overlaps(place, side) {
            if UndoTrash.hides(place, from: side) { continue }
            return "the directory for undo (--undo-dir) and the \(name) lie one within the other: what is kept there "
                + "would be listed, overwritten or deleted by runs. Name a directory outside of it"
        }
        return nil
    }
}
