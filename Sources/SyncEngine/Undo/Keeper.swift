// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel
import Synchronization

/// Keeps what a run overwrites and deletes, before it does: a proven copy, or the version that the store keeps. For an
/// undo with a record of it on disk, for a user who wants to have it (`--backup-dir`) without.
final class Keeper: Sendable {
    /// Copies in flight of a batch that is to be deleted: by the store itself, and through this machine.
    private static let serverCopies = 64
    private static let streams = 8
    /// What was written before versioning was enabled
    /// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/versioning-workflows.html).
    private static let nullVersion = "null"

    private let target: SyncLocation
    private let journal: (any RunJournal)?
    /// Nil: nothing is recorded.
    private let queue: KeepQueue?
    /// Where what is at a key of the target is kept.
    private let keptKey: @Sendable (ObjectKey) -> ObjectKey
    /// Whether a version was read in this run.
    private let versionsAreRead = Atomic(false)
    /// From the target to where things are kept; nil where the store keeps versions.
    private let context: RunContext?

    /// A keeper for an undo. `budgets`: those of the run, within which its copies stay too.
    init(
        _ undo: UndoOptions, target: SyncLocation, options: SyncOptions, budgets: RunBudgets,
        journal: (any RunJournal)?, executor: any TaskExecutor
    ) {
        self.target = target
        self.journal = journal
        let place = undo.place
        context = place.map { Self.context(from: target, to: $0, options, budgets, executor) }
        let (outer, inner) = (target.prefix, place?.prefix ?? .root)
        keptKey = { key in
            (key.hasPrefix(outer) ? key.dropFirst(outer.bytes.count) : key).prefixed(by: inner)
        }
        let container = target.backend.identity.container
        queue = KeepQueue { records throws(StorageError) in
            guard let journal else {
                throw StorageError(
                    .invalidConfiguration, during: .validate, at: container,
                    message: "nothing was changed, since a run without a journal cannot be undone",
                    advice: "make the state directory writable, or run without --keep-undo")
            }
            if let place, records.contains(where: { $0.kept != nil }) { try await place.backend.flush() }
            try await journal.keep(records)
        }
    }

    /// A keeper of what a user wants to have.
    init(
        _ backup: BackupOptions, target: SyncLocation, options: SyncOptions, budgets: RunBudgets,
        executor: any TaskExecutor
    ) {
        self.target = target
        journal = nil
        queue = nil
        keptKey = { backup.key(of: $0) }
        context = Self.context(from: target, to: backup.place, options, budgets, executor)
    }

    private static func context(
        from target: SyncLocation, to place: SyncLocation, _ options: SyncOptions, _ budgets: RunBudgets,
        _ executor: any TaskExecutor
    ) -> RunContext {
        var keeping = SyncOptions(mode: .copy)
        keeping.transferring = options.transferring.exact
        return RunContext(
            source: target, target: place, options: keeping, observer: nil, progress: SyncProgress(),
            purpose: .keeping, budgets: budgets, executor: executor)
    }

    /// Returns `work` once what it replaces can be put back. A second attempt finds that done: by then the target may
    /// hold what the first one wrote.
    func keep(_ work: Work) async throws(StorageError) -> Work {
        guard !work.isKept else { return work }
        guard let queue else { return try await backedUp(work) }
        var record = UndoRecord(
            change: .created, key: work.targetKey, before: nil, kept: nil, after: Self.expected(work))
        var listed = work.target
        if case .repairTime = work.step {
            // Another time may leave the tag as it is: only the whole state shows later whether it was put back.
            listed = try await present(work.targetKey)
        } else if listed == nil, target.backend.capabilities.conditionOfReplacing(work) == nil {
            // Nothing else would show that there is something by now.
            listed = try await present(work.targetKey)
        }
        if let listed, let (before, kept) = try await secure(listed) {
            record = UndoRecord(
                change: .replaced, key: work.targetKey, before: before, kept: kept, after: Self.expected(work))
        }
        try await queue.keep([record])
        return work.kept(record.before)
    }

    /// Another time alone replaces nothing that a user would miss.
    private func backedUp(_ work: Work) async throws(StorageError) -> Work {
        guard case .copy = work.step, let listed = work.target else { return work }
        return work.kept(try await secure(listed)?.before)
    }

    /// What is going to be deleted: what was kept of each key that still is there, or why it must stay.
    func keep(deleting keys: [ObjectKey]) async -> [ObjectKey: Result<Entry, StorageError>] {
        let secured = Mutex<(records: [UndoRecord], failures: [ObjectKey: StorageError])>(([], [:]))
        let width = context?.planner.canCopyServerSide ?? true ? Self.serverCopies : Self.streams
        do {
            try await NestedKeys.forEach(keys, width: width, on: target.backend.preferredExecutor, \.self) { key in
                do throws(StorageError) {
                    guard let now = try await self.present(key), let (before, kept) = try await self.secure(now) else {
                        return
                    }
                    let record = UndoRecord(change: .deleted, key: key, before: before, kept: kept)
                    secured.withLock { $0.records.append(record) }
                } catch {
                    secured.withLock { $0.failures[key] = error }
                }
            }
            let records = secured.withLock { $0.records }
            if !records.isEmpty {
                if let queue { try await queue.keep(records) } else { try await context?.target.backend.flush() }
            }
            var results = secured.withLock { $0.failures.mapValues { Result<Entry, StorageError>.failure($0) } }
            for record in records { results[record.key] = record.before.map { .success($0) } }
            return results
        } catch {
            let error = StorageError(any: error)
            return Dictionary(keys.map { ($0, .failure(error)) }) { $1 }
        }
    }

    /// `work` is going to be written with this time: by that it is known, should nobody live to hear what it became.
    func expect(_ work: Work, modified: Timestamp?) {
        var entry = Self.expected(work)
        entry.modified = modified
        left(entry, at: work.targetKey)
    }

    /// What the target holds since a change that was kept; nil: nothing.
    func left(_ entry: Entry?, at key: ObjectKey) { journal?.left(entry, at: key) }

    /// The same for a change whose answer does not tell.
    func left(at key: ObjectKey) async {
        guard let now = try? await target.backend.stat(key, version: nil) else { return }
        left(now, at: key)
    }

    /// Copies what is at the key of `listed` to where it is kept. Returns what it was and where its copy is; nil when
    /// nothing is there any more.
    private func secure(_ listed: Entry) async throws(StorageError) -> (before: Entry, kept: ObjectKey?)? {
        guard listed.kind != .directory else { return (listed, nil) }
        guard let context else { return try await version(of: listed.key).map { ($0, nil) } }
        let key = listed.key
        let kept = keptKey(key)
        var before = listed
        do throws(StorageError) {
            try await context.copy(before, to: kept)
        } catch {
            guard error.isWorthLookingAgain, !Task.isCancelled else { throw error }
            // It is another by now, or the way there was the wrong one.
            guard let now = try await present(key) else { return nil }
            try await context.copy(now, to: kept)
            before = now
        }
        return (before.detached(), kept)
    }

    /// The version that is there, which can be read: who may not read versions could not put one back.
    private func version(of key: ObjectKey) async throws(StorageError) -> Entry? {
        guard let now = try await present(key) else { return nil }
        let version = now.version ?? Self.nullVersion
        if now.version == nil || !versionsAreRead.load(ordering: .relaxed) {
            do throws(StorageError) {
                _ = try await target.backend.stat(key, version: version)
            } catch {
                throw StorageError(
                    .unsupported, during: .stat, at: target.backend.identity.container, key: key,
                    message: "its version cannot be read, so that it could not be put back (\(error))",
                    advice: "allow s3:GetObjectVersion, or name a directory that it is copied to (--undo-dir)")
            }
            versionsAreRead.store(true, ordering: .relaxed)
        }
        var found = now
        found.version = version
        return found
    }

    private func present(_ key: ObjectKey) async throws(StorageError) -> Entry? {
        try await target.backend.present(key)
    }

    /// What the target will hold, as far as that is known before.
    private static func expected(_ work: Work) -> Entry {
        if case .repairTime = work.step, var entry = work.target {
            // Where the metadata alone differ, the time stays.
            let otherwise = work.evidence == .metadata ? entry.modified : work.source.written
            entry.modified = work.source.modified ?? otherwise
            entry.metadata = nil
            entry.fileIdentity = nil
            if let tag = entry.tag, TagShape(tag) != .digest { entry.tag = nil }
            return entry
        }
        return Entry(
            key: work.targetKey, kind: work.source.kind, size: work.source.size, modified: work.source.modified,
            checksums: ChecksumComparison.digests(work.source))
    }
}

extension Backend {
    /// What is at `key` now; nil: nothing.
    func present(_ key: ObjectKey) async throws(StorageError) -> Entry? {
        do throws(StorageError) {
            return try await stat(key, version: nil).detached()
        } catch {
            guard error.kind == .notFound else { throw error }
            return nil
        }
    }
}

extension StorageError {
    /// Whether a copy may succeed from the state that its source has now, or on another way.
    fileprivate var isWorthLookingAgain: Bool {
        switch kind {
        case .preconditionFailed, .notFound, .corrupted: true
        case .permissionDenied, .unsupported: operation == .copy
        default: false
        }
    }
}
