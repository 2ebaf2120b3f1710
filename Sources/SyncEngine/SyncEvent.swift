// Part of godwit. SPDX-License-Identifier: Apache-2.0

public import StorageModel

/// What happened to one object, or a notice. Events are told from any thread, in the order of their happening for one
/// object.
public enum SyncEvent: Sendable {
    /// The single outcome of one pairing.
    case outcome(ObjectOutcome)
    /// Something said once that is not an outcome: a skipped link, a fallback, a restarted listing.
    case notice(ObjectKey?, String)
    /// An object's transfer began (for the progress display); `size` in bytes.
    case began(ObjectKey, size: Int64)
    /// Bytes of an object in flight moved.
    case moved(ObjectKey, bytes: Int64)
}

/// What was decided about an object, why, and what came of it. Keys are relative to the run's locations.
public struct ObjectOutcome: Sendable {
    public enum Action: String, Sendable, Hashable {
        case transferred, serverCopied = "server_copied", metadataUpdated = "metadata_updated", skipped, deleted, failed
        /// `check`: the two are the same, or how they differ.
        case same, differs, onlySource = "only_source", onlyTarget = "only_target", notComparable = "not_comparable"
        /// A dry run's answers.
        case wouldTransfer = "would_transfer", wouldServerCopy = "would_server_copy"
        case wouldUpdateMetadata = "would_update_metadata", wouldDelete = "would_delete"
    }

    public var key: ObjectKey
    public var action: Action
    /// The ground of the decision.
    public var evidence: Evidence
    public var size: Int64
    public var attempts: Int
    public var checksum: Checksum?
    /// What it has beside its bytes and the copy lacks.
    public var lost: Attributes
    /// Where histories are copied: the version, and the one at the target that is its copy.
    public var sourceVersion: String?
    public var targetVersion: String?
    public var error: StorageError?

    public init(
        key: ObjectKey, action: Action, evidence: Evidence, size: Int64, attempts: Int = 1, checksum: Checksum? = nil,
        lost: Attributes = [], sourceVersion: String? = nil, targetVersion: String? = nil, error: StorageError? = nil
    ) {
        self.key = key
        self.action = action
        self.evidence = evidence
        self.size = size
        self.attempts = attempts
        self.checksum = checksum
        self.lost = lost
        self.sourceVersion = sourceVersion
        self.targetVersion = targetVersion
        self.error = error
    }
}

/// Takes events; must not block, and is called from many tasks at once.
public protocol SyncObserver: Sendable {
    func observe(_ event: SyncEvent)
}
