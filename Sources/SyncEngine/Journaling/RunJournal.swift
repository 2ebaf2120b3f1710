// Part of godwit. SPDX-License-Identifier: Apache-2.0

public import StorageModel

/// What one run writes down of itself ahead of what it does, so that a later process can go on where it ended.
///
/// A journal that cannot be written any more says so once, by itself, and keeps silent from then on: the run goes on
/// without it. Only what is kept for an undo throws, since what it would allow to undo must not happen without it.
/// Calls that do not suspend hand over what they are told, which is in the file soon after, in the order of the calls.
/// Keys of actions are relative to the run's locations; keys of uploads are whole.
public protocol RunJournal: Sendable {
    /// The order in which both listings are merged from here on, which gives ``reached(_:)`` its meaning.
    func listing(in order: ListingOrder)
    /// Writes down what is about to be done, before any of it is; at most ``PlannedAction/batchMax`` actions. `reached`:
    /// the last key in the order of the merge up to which everything is in this batch or an earlier one. Returns the
    /// batch's number, by which its actions are settled.
    func plan(_ actions: [PlannedAction], reached: ObjectKey?) async -> Int64
    /// Everything up to `key` needed nothing, or was planned before.
    func reached(_ key: ObjectKey)
    /// These actions are done, for good: what they wrote survives a power cut.
    func settle(_ slots: [JournalSlot])
    /// An action failed for good in this run.
    func fail(_ failure: FailedAction)

    /// The upload to `key` that an earlier run (or an earlier attempt of this one) began and left behind.
    func unfinishedUpload(to key: ObjectKey) async -> JournaledUpload?
    /// Everything that earlier runs between the same locations left behind, and what this one has not ended.
    func leftUploads() async -> [JournaledUpload]
    /// Earlier runs to the same target that ended without settling: their temporary files may be left.
    func deadRuns() async -> Set<String>
    /// An upload is about to begin. Returns its number here; the time of its beginning is the journal's to write.
    func intend(_ upload: JournaledUpload) async -> Int64
    /// The store called it `token`.
    func began(_ upload: Int64, token: String)
    /// A part is written and proven.
    func wrote(_ part: JournaledPart, of upload: Int64)
    /// The upload was completed or given up.
    func ended(_ upload: Int64)

    /// Writes down what the target held before it is changed, and where that is kept. On disk when it returns.
    func keep(_ records: [UndoRecord]) async throws(StorageError)
    /// What the target holds since the change that was written down for `key`.
    func left(_ entry: Entry?, at key: ObjectKey)
}

/// Something a run is going to do about one object.
public struct PlannedAction: Sendable, Hashable {
    /// The most actions of one batch.
    public static let batchMax = 1000

    public enum Kind: UInt8, Sendable, Hashable, CaseIterable {
        /// Find out whether the pair differs, and copy if it does.
        case compare = 0
        case copy, makeDirectory, repairTime, delete
    }

    public var kind: Kind
    public var key: ObjectKey
    /// Whether something that is at the target goes.
    public var replaces: Bool

    public init(_ kind: Kind, _ key: ObjectKey, replaces: Bool) {
        self.kind = kind
        self.key = key
        self.replaces = replaces
    }
}

/// One action's place in the journal: its batch, and which of it.
public struct JournalSlot: Sendable, Hashable {
    public var batch: Int64
    public var index: Int

    public init(batch: Int64, index: Int) {
        self.batch = batch
        self.index = index
    }
}

/// An object that failed for good in a run.
public struct FailedAction: Sendable {
    public var key: ObjectKey
    public var error: StorageError
    public var attempts: Int

    public init(key: ObjectKey, error: StorageError, attempts: Int) {
        self.key = key
        self.error = error
        self.attempts = attempts
    }
}
