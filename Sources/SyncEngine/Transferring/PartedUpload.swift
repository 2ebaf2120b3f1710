// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel
import Synchronization

/// An upload in parts with its place in the journal: begun anew, or taken up where an earlier process left it.
struct PartedUpload: Sendable {
    let session: any UploadSession
    /// Parts that were written before and that the store still holds, by number.
    let finished: [Int: JournaledPart]
    /// Whether the source must be read again to tell that the finished parts are still its bytes.
    let rereads: Bool
    private let number: Int64?
    private let transfer: Transfer
    private let key: ObjectKey

    /// Whether the whole is proven by reading it back at its end, since the parts that were there did not pass here.
    var isReadBack: Bool { !finished.isEmpty && transfer.context.targetCapabilities.readsAreLocal }

    /// What an earlier process left of exactly this copy; nil when there is nothing that fits. What does not fit is given
    /// up.
    static func left(
        _ transfer: Transfer, _ work: Work, _ layout: PartLayout
    ) async -> JournaledUpload? {
        guard let journal = transfer.context.journal, let left = await journal.unfinishedUpload(to: work.targetKey)
        else { return nil }
        guard left.token != nil else { return nil }
        let isRejected = transfer.context.tally.withLock { $0.rejectedUploads.contains(left.number) }
        let isWanted = !transfer.context.options.restarts && !isRejected
        if isWanted, left.partSize == layout.partSize, isSame(left.source, work.source) { return left }
        await giveUp(left, transfer)
        return nil
    }

    private static func giveUp(_ left: JournaledUpload, _ transfer: Transfer) async {
        guard let token = left.token else { return }
        do throws(StorageError) {
            try await transfer.target.abort(UnfinishedUpload(key: left.key, token: token, begun: left.begun))
            transfer.context.journal?.ended(left.number)
        } catch {
            // It stays in the journal: the next run gives it up.
        }
    }

    /// Takes up `left`, or begins anew.
    static func open(
        _ transfer: Transfer, _ work: Work, _ layout: PartLayout, _ left: JournaledUpload?, _ options: WriteOptions
    ) async throws(StorageError) -> PartedUpload {
        let terms = transfer.target.terms(options, for: work.targetKey)
        if let left {
            // What was asked for when it began holds to its end: other access or encryption needs another upload.
            if left.terms != terms {
                await giveUp(left, transfer)
            } else if let taken = try await takeUp(left, transfer, work, options) {
                return taken
            }
        }
        guard let journal = transfer.context.journal else {
            let session = try await begin(transfer, work, layout, options)
            if session.mayHaveTwin {
                let location = transfer.target.identity.container
                transfer.context.notice(
                    nil, "an unfinished upload may stay at \(location), since an answer was lost; `cleanup` removes it")
            }
            return PartedUpload(session, number: nil, transfer, work.targetKey)
        }
        let intent = JournaledUpload(
            key: work.targetKey, begun: Timestamp(seconds: 0), partSize: layout.partSize, source: work.source,
            terms: terms)
        let number = await journal.intend(intent)
        do throws(StorageError) {
            let session = try await begin(transfer, work, layout, options)
            journal.began(number, token: session.token)
            // An intent without a name: the end of this run looks for it, or the beginning of the next one.
            if session.mayHaveTwin { _ = await journal.intend(intent) }
            // A journal that failed knows nothing of it, and nobody would go on with it.
            return PartedUpload(session, number: number > 0 ? number : nil, transfer, work.targetKey)
        } catch {
            // After a lost answer the store may have begun it: the next run looks.
            if !error.mayHelpLater { journal.ended(number) }
            throw error
        }
    }

    private static func begin(
        _ transfer: Transfer, _ work: Work, _ layout: PartLayout, _ options: WriteOptions
    ) async throws(StorageError) -> any UploadSession {
        try await transfer.target.beginUpload(
            to: work.targetKey, size: work.source.size, partSize: layout.partSize, options)
    }

    private static func takeUp(
        _ left: JournaledUpload, _ transfer: Transfer, _ work: Work, _ options: WriteOptions
    ) async throws(StorageError) -> PartedUpload? {
        guard let token = left.token else { return nil }
        var found: (any UploadSession)?
        do throws(StorageError) {
            let session = try await transfer.target.resumeUpload(
                token, to: work.targetKey, size: work.source.size, partSize: left.partSize, options)
            found = session
            let verified = Set(try await session.verified(left.parts.map(\.receipt)).map(\.number))
            let parts = left.parts.filter { verified.contains($0.receipt.number) }
            return PartedUpload(
                session, number: left.number, transfer, work.targetKey,
                finished: Dictionary(parts.map { ($0.receipt.number, $0) }) { $1 },
                rereads: isDoubtful(work.source, since: left.begun))
        } catch {
            if error.kind == .notFound {
                transfer.context.journal?.ended(left.number)
                return nil
            }
            if let found { await Task(executorPreference: transfer.context.executor) { await found.suspend() }.value }
            if Task.isCancelled || error.mayHelpLater { throw error }
            // Who may not look at an upload's parts writes them anew.
            await giveUp(left, transfer)
            return nil
        }
    }

    private init(
        _ session: any UploadSession, number: Int64?, _ transfer: Transfer, _ key: ObjectKey,
        finished: [Int: JournaledPart] = [:], rereads: Bool = false
    ) {
        self.session = session
        self.number = number
        self.transfer = transfer
        self.key = key
        self.finished = finished
        self.rereads = rereads
    }

    /// Whether two states of a source are shown to be one: by a tag, or by all that tells states of a file apart.
    private static func isSame(_ a: Entry, _ b: Entry) -> Bool {
        guard a.key == b.key, a.kind == b.kind, a.size == b.size, a.version == b.version else { return false }
        if let tag = a.tag { return tag == b.tag }
        return a.fileIdentity != nil && a.fileIdentity == b.fileIdentity && a.modified == b.modified
    }

    /// Whether a file may have changed without showing it: its times are not older than the record of them by more than
    /// their coarsest step.
    private static func isDoubtful(_ source: Entry, since begun: Timestamp) -> Bool {
        guard let identity = source.fileIdentity else { return false }
        return identity.changed > begun || identity.changed.distance(to: begun) <= .seconds(2)
    }

    /// Writes down that a part is written.
    func wrote(_ part: JournaledPart) {
        if let number { transfer.context.journal?.wrote(part, of: number) }
    }

    /// Makes the object visible.
    func complete(_ parts: [PartReceipt], expected: Checksum?) async throws(StorageError) -> Entry {
        let written = try await session.complete(parts, expected: expected)
        if let number { transfer.context.journal?.ended(number) }
        return written
    }

    /// Leaves the upload for a later attempt where that may go on with it, and gives it up otherwise; also when the run is
    /// being cancelled: what nobody takes up costs money.
    func leave(after error: StorageError) async {
        let (context, session, number) = (transfer.context, session, number)
        let location = transfer.target.identity.container
        let isKept = number != nil && (Task.isCancelled || error.mayHelpLater)
        // Not a child task: it would be cancelled with the run, and the abort with it.
        await Task(executorPreference: context.executor) {
            if isKept { return await session.suspend() }
            do throws(StorageError) {
                try await session.abort()
                if let number { context.journal?.ended(number) }
            } catch {
                // What did not hold its proof is not gone on with.
                if let number { context.tally.withLock { _ = $0.rejectedUploads.insert(number) } }
                context.notice(nil, "an unfinished upload stays at \(location): \(error); `cleanup` removes it")
            }
        }.value
    }
}

extension StorageError {
    /// Whether what is written so far may still serve a later attempt.
    fileprivate var mayHelpLater: Bool {
        switch disposition {
        case .transient, .exhausted: return true
        case .permanent: break
        }
        switch kind {
        case .cancelled, .connectionLost, .timedOut, .rateLimited, .outcomeUnknown, .unauthenticated: return true
        default: return false
        }
    }
}
