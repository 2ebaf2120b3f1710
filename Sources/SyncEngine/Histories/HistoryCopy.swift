// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel
import Synchronization

/// Brings the history of one key to the target: what it lacks is put on top of what it has, the oldest first.
///
/// Every version that is written carries the id of the one that it is the copy of
/// (``ObjectMetadata/sourceVersionName``), by which a later run, or a retry after a lost answer, finds how far it came.
/// Delete markers carry nothing; they are known by their places.
struct HistoryCopy {
    let context: RunContext
    let pair: HistoryPair

    private var target: any Backend { context.target.backend }

    /// Copies what is missing, and records one outcome a version. Throws when the run has to end.
    func run() async throws(RunStop) {
        let match: HistoryMatch
        do throws(StorageError) { match = try await self.match(pair.target) } catch {
            return try fail(from: 0, error)
        }
        // A version of the target's own above everything hides the newest one, and is nobody's to replace.
        let isHidden = match.count == pair.source.count && match.stranger != nil
        let present = isHidden ? match.count - 1 : match.count
        for index in 0..<present {
            context.complete(
                work(index), context.options.mode == .check ? .same : .skipped, copy: match.copies[index])
        }
        if isHidden { return try hidden(by: match.stranger ?? "") }
        guard present < pair.source.count else { return }
        if context.options.mode == .check || context.options.dryRun {
            for index in present..<pair.source.count { try foretell(work(index)) }
        } else {
            try await copy(from: present)
        }
    }

    // MARK: what is there

    /// How much of the source's history `versions` are.
    private func match(_ versions: [Entry]) async throws(StorageError) -> HistoryMatch {
        let source = pair.source
        if versions.isEmpty { return HistoryMatch() }
        if let match = HistoryMatch.same(source, versions) { return match }
        for place in versions.indices.reversed() {
            guard let origin = try await origin(of: versions[place]) else { continue }
            // An old one that was put back stands above later ones, and is not the end of the copy.
            if origin + 1 < source.count, let below = versions[..<place].lastIndex(where: { $0.kind == .object }),
                let later = try await self.origin(of: versions[below]), later > origin
            {
                continue
            }
            return HistoryMatch(source, versions, origin: origin, place: place)
        }
        return HistoryMatch.beginning(source, versions) ?? HistoryMatch()
    }

    /// The place at the source of what `version` is marked as the copy of; nil: it is nobody's, or the source has it no more.
    private func origin(of version: Entry) async throws(StorageError) -> Int? {
        guard version.kind == .object,
            let mark = try await target.stat(pair.targetKey, version: version.version).metadata?.sourceVersion,
            let origin = pair.source.lastIndex(where: { $0.kind == .object && $0.version == mark })
        else { return nil }
        // Where versions are suspended the one without an id is written over.
        return mark != Self.noID || HistoryMatch.isSame(pair.source[origin], version) ? origin : nil
    }

    /// The id of what was written while a bucket kept no versions
    /// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/AddingObjectstoVersionSuspendedBuckets.html).
    private static let noID = "null"

    // MARK: what is missing

    private func work(_ index: Int) -> Work {
        let source = pair.source[index]
        return Work(
            key: pair.key, source: source, target: nil, targetKey: pair.targetKey,
            evidence: source.kind == .deleteMarker ? .deleteMarker : .version, step: .copy(.single))
    }

    private func foretell(_ work: Work) throws(RunStop) {
        guard context.options.mode != .check else { return context.complete(work, .onlySource) }
        do throws(StorageError) {
            let strategy = work.source.kind == .object ? try context.strategy(work.source) : .single
            context.complete(work, strategy.isServerSide ? .wouldServerCopy : .wouldTransfer)
        } catch {
            try context.failFinally(work, error)
        }
    }

    private func copy(from first: Int) async throws(RunStop) {
        var works = (first..<pair.source.count).map(work)
        _ = await context.writeDown(&works)
        for work in works {
            context.progress.add(1, to: .objectsPlanned)
            context.progress.add(Int(work.source.size), to: .bytesPlanned)
        }
        for (index, work) in zip(first..., works) {
            guard !Task.isCancelled, context.cutoff?.admits(work) ?? true else { return }
            if let error = try await place(work, index) {
                if error.kind == .cancelled, Task.isCancelled { return }
                try context.failFinally(work, error)
                // What came later may not stand where this one belongs.
                return try fail(from: index + 1, skipped(error, work))
            }
            await context.settlement.advance(context)
        }
    }

    /// Puts one version on top, in a few attempts, and records it; or says why it is not there. Before another attempt the
    /// target is asked what it has by now.
    private func place(_ work: Work, _ index: Int) async throws(RunStop) -> StorageError? {
        var failure = try await attempt(work)
        for _ in stride(from: 2, through: max(context.options.passesMax, 1), by: 1) {
            guard let error = failure, error.isWorthAnotherPass, !RunStop.isFatal(error), !Task.isCancelled else {
                break
            }
            context.notice(work.key, "trying a version again: \(error)")
            let again = work.again(work.source, step: work.step)
            do throws(StorageError) {
                let now = try await match(try await target.history(of: pair.targetKey))
                if now.count > index {
                    context.complete(again, .transferred, copy: now.copies[index])
                    return nil
                }
            } catch {
                failure = error
                continue
            }
            failure = try await attempt(again)
        }
        return failure
    }

    /// Puts one version on top and records it; or says why not.
    private func attempt(_ work: Work) async throws(RunStop) -> StorageError? {
        if work.source.kind == .deleteMarker { return await attemptMarker(work) }
        let strategy: CopyStrategy
        do throws(StorageError) { strategy = try context.strategy(work.source) } catch { return error }
        guard let error = await attempt(work, strategy) else { return nil }
        guard let next = try context.streaming(work, instead: strategy, because: error) else { return error }
        return await attempt(work, next)
    }

    private func attempt(_ work: Work, _ strategy: CopyStrategy) async -> StorageError? {
        do throws(StorageError) {
            let completion = try await Transfer(context: context).run(work, strategy)
            context.complete(
                work, completion.action, checksum: completion.checksum, isLengthOnly: completion.isLengthOnly,
                lost: completion.lost, copy: completion.written?.version)
            return nil
        } catch {
            return error
        }
    }

    private func attemptMarker(_ work: Work) async -> StorageError? {
        var deletion = Deletion(key: work.targetKey)
        deletion.isForMarker = true
        do throws(StorageError) {
            let outcome = try await target.delete([deletion]).first
            if let error = outcome?.error { return error }
            context.complete(work, .transferred, copy: outcome?.marker)
            return nil
        } catch {
            return error
        }
    }

    // MARK: failures

    private func fail(from first: Int, _ error: StorageError) throws(RunStop) {
        if error.kind == .cancelled, Task.isCancelled { return }
        for index in first..<pair.source.count { try context.failFinally(work(index), error) }
    }

    private func skipped(_ error: StorageError, _ work: Work) -> StorageError {
        StorageError(
            error.kind, during: error.operation, at: error.location, key: error.key,
            message: "not copied, since version \(work.source.version ?? "") before it could not be: \(error.message)",
            advice: error.advice)
    }

    private func hidden(by version: String) throws(RunStop) {
        let newest = work(pair.source.count - 1)
        guard context.options.mode != .check else { return context.complete(newest, .differs) }
        try context.failFinally(
            newest,
            StorageError(
                .alreadyExists, during: .write, at: target.identity.container, key: pair.targetKey,
                message: "the target has a version of its own, \(version), above all of the source's",
                advice: "delete that version, or copy without --all-versions to put the source's newest on top"))
    }
}
