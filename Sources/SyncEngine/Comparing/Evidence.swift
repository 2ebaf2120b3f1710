// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// On what ground a pair was decided.
public enum Evidence: String, Sendable, Hashable, CaseIterable {
    /// The target lacks it, or the source does.
    case absent
    case size
    /// An earlier run proved it, and both sides are what they were then.
    case state
    /// Equal or different tags of equal layout, or listed checksums.
    case checksum
    /// A digest computed by reading one side.
    case digest
    case mtime
    /// The target is newer (`--update`).
    case newer
    /// The target has it (`--ignore-existing`).
    case existing
    /// Asked to transfer everything (`--ignore-times`).
    case forced
    /// Another place has it (`--compare-dest`).
    case elsewhere
    /// Whoever was asked said no (`--interactive`).
    case declined
    /// The target may not change (`--immutable`).
    case immutable
    /// Nothing comparable: counts as different.
    case nothingComparable = "nothing_comparable"
    /// Could not be listed, named or read.
    case problem
    /// A directory marker where the target has directories.
    case directory
    /// The contents are the same, but not what the two carry beside them.
    case metadata
    /// It cannot be read before it is restored.
    case archived
    /// It is being restored, and cannot be read yet.
    case restoring
    /// One version of a history, which the target has or lacks (`--all-versions`).
    case version
    /// The same of a delete marker.
    case deleteMarker = "delete_marker"
}
