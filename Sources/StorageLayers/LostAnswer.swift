// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import Digests
internal import StorageModel
internal import Synchronization

/// A write whose answer may be lost: a stat tells whether it took effect, before a write is tried again, and after an
/// upload is completed again in vain. Not before: the same object may be there from an earlier upload, and this one
/// would stay unfinished.
///
/// The object counts as written only if its size, its digest and, where one was given, its modification time are those
/// of this write, or if it is marked as the copy of the version that was to be copied. Anything less proves nothing, since
/// an older object may be much the same.
final class LostAnswer: Sendable {
    enum Content: Sendable {
        case bytes(PartBuffer)
        case parts([PartReceipt])
        /// What the store copies by itself.
        case copy
    }

    private let base: any Backend
    private let key: ObjectKey
    private let size: Int64
    private let modified: Timestamp?
    /// The version of the source that is copied, in a copy of a history.
    private let sourceVersion: String?
    private let content: Content
    private let isInDoubt = Atomic(false)

    init(base: any Backend, key: ObjectKey, size: Int64, _ options: WriteOptions, content: Content) {
        self.base = base
        self.key = key
        self.size = size
        modified = options.modified
        sourceVersion = options.metadata.sourceVersion
        self.content = content
    }

    /// Whether a write with these options must not be made twice.
    static func matters(for options: WriteOptions) -> Bool {
        options.precondition != nil || options.metadata.sourceVersion != nil
    }

    private var isWhole: Bool { if case .parts = content { false } else { true } }

    /// Makes one attempt, the first or another one.
    func attempt(
        _ write: @Sendable () async throws(StorageError) -> Entry
    ) async throws(StorageError) -> Entry {
        let wasInDoubt = isInDoubt.load(ordering: .relaxed)
        if wasInDoubt, isWhole, let entry = try await found() { return entry }
        do throws(StorageError) {
            return try await write()
        } catch {
            switch error.kind {
            case .outcomeUnknown:
                isInDoubt.store(true, ordering: .relaxed)
                // The next attempt can settle it.
                if case .permanent = error.disposition { throw error.with(.transient(retryAfter: nil)) }
                throw error
            case .rateLimited:
                // Refused before it did anything.
                throw error
            default:
                if error.isTransient { isInDoubt.store(true, ordering: .relaxed) }
            }
            // A condition that the object of an earlier attempt breaks, or an upload that it used up.
            guard wasInDoubt, !error.isTransient else { throw error }
            if let entry = try await found() { return entry }
            guard !isWhole, error.kind != .preconditionFailed else { throw error }
            var unknown = error
            unknown.kind = .outcomeUnknown
            unknown.message = "an answer was lost, and now: \(error.message)"
            unknown.advice = "run again: the next listing shows whether the object is there"
            throw unknown
        }
    }

    /// The object, if it is provably the one that was to be written.
    private func found() async throws(StorageError) -> Entry? {
        let entry: Entry
        do throws(StorageError) {
            entry = try await base.stat(key, version: nil)
        } catch  where error.kind == .notFound {
            return nil
        }
        if let sourceVersion {
            return entry.size == size && entry.metadata?.sourceVersion == sourceVersion ? entry : nil
        }
        guard entry.size == size, modified == nil || entry.modified == modified, entry.tagMayBeDigest,
            let stored = entry.tag?.lookalike, stored == digest
        else { return nil }
        return entry
    }

    /// The tag that the object must have where tags are MD5; nil where that cannot be told.
    private var digest: Checksum? {
        switch content {
        case .bytes(let buffer):
            return Digest.checksum(of: buffer, .md5)
        case .parts(let parts):
            let digests = parts.compactMap { $0.tag?.lookalike }.filter { $0.parts == nil }.map(\.bytes)
            return digests.count == parts.count && !parts.isEmpty ? Digest.composite(digests) : nil
        case .copy: return nil
        }
    }
}

extension StorageError {
    /// The same error with another disposition.
    func with(_ disposition: Disposition) -> StorageError {
        var error = self
        error.disposition = disposition
        return error
    }
}
