// Part of godwit. SPDX-License-Identifier: Apache-2.0

public import StorageModel

/// The closing account of a run; the names are those of the JSON summary.
public struct SyncReport: Sendable {
    public struct Objects: Sendable, Hashable {
        public var listedSource = 0, listedTarget = 0, checked = 0, transferred = 0, serverCopied = 0
        public var metadataUpdated = 0, skipped = 0, deleted = 0, failed = 0
        public init() {}
    }
    public struct Bytes: Sendable, Hashable {
        public var transferred: Int64 = 0, serverCopied: Int64 = 0, deleted: Int64 = 0
        public init() {}
    }
    /// What `check` found.
    public struct Differences: Sendable, Hashable {
        public var onlySource = 0, onlyTarget = 0, differing = 0, notComparable = 0
        public init() {}
        public var total: Int { onlySource + onlyTarget + differing + notComparable }
    }
    /// What was left out since it is archived.
    public struct Archived: Sendable, Hashable {
        public var objects = 0
        public var bytes: Int64 = 0
        /// How many of these are being restored.
        public var restoring = 0
        public init() {}
    }
    /// Why a run ended before its end.
    public enum Stop: Sendable {
        /// A listing, a credential or the whole store failed.
        case failed(StorageError)
        /// Refused for safety; nothing was deleted. The text says why and what to do.
        case refused(String)
        case tooManyErrors(Int)
        /// As many bytes as the run may move are moved.
        case transferLimit(Int64)
        /// The time that the run may take is over.
        case durationLimit(Duration)
        case interrupted
    }

    public var objects = Objects()
    public var bytes = Bytes()
    public var differences = Differences()
    public var archived = Archived()
    /// Restores that were begun.
    public var restoresBegun = 0
    /// Failures that are not of a source object, and so not part of `objects.failed`: a deletion that was refused, a name
    /// at the target that cannot be handled.
    public var otherFailures = 0
    /// Deletions that were found but not carried out, since something failed or a limit was passed.
    public var deletionsWithheld = 0
    /// Objects proven by their length alone, since the store offers nothing better.
    public var lengthOnly = 0
    /// How many objects have something beside their bytes that their copies lack, by the names of ``Attributes``.
    public var notKept: [String: Int] = [:]
    public var retries = 0
    public var stop: Stop?
    /// The first failures, at most 100; all are reported as events.
    public var failures: [StorageError] = []
    /// The worst of all failures, for the exit status: whether any was corruption or can be retried.
    public var failureKinds: Set<StorageError.Kind> = []
    public var elapsed: Duration = .zero

    public init() {}
}
