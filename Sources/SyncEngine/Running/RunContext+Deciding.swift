// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel
import Synchronization

extension RunContext {
    /// What follows from a verdict about a pair: more work, or nil when its outcome is recorded. `looksAtMetadata`: the same
    /// content is not enough.
    func follow(
        _ verdict: Verdict, _ work: Work, _ source: Entry, _ target: Entry?, looksAtMetadata: Bool
    ) throws(RunStop) -> Work? {
        switch verdict {
        case .needs(let proof):
            return work.following(source, target, evidence: work.evidence, step: .compare(needs: proof))
        case .leave(let evidence):
            complete(work, .skipped, evidence: evidence)
            return nil
        case .same(let evidence, _) where looksAtMetadata:
            return work.following(source, target, evidence: evidence, step: .compareMetadata)
        case .same(let evidence, let repairsTime):
            if options.mode == .check {
                complete(work, .same, evidence: evidence)
                return nil
            }
            if repairsTime { return try repair(work.following(source, target, evidence: evidence, step: .repairTime)) }
            complete(
                work, .skipped, evidence: evidence, moved: options.mode == .move ? source : nil,
                proof: proof(work, source, target))
            return nil
        case .differs(let evidence):
            return try copy(work, source, target, evidence)
        }
    }

    /// What follows for an object that is to be copied, on the ground of `evidence`. `hasLooked`: no other place has it.
    func copy(
        _ work: Work, _ source: Entry, _ target: Entry?, _ evidence: Evidence, hasLooked: Bool = false
    ) throws(RunStop) -> Work? {
        if options.mode == .check {
            let action: ObjectOutcome.Action =
                target == nil ? .onlySource : evidence == .nothingComparable ? .notComparable : .differs
            complete(work, action, evidence: evidence)
            return nil
        }
        if options.immutable, target != nil {
            let error = StorageError(
                .alreadyExists, during: .write, at: self.target.backend.identity.container, key: work.targetKey,
                message: "the object differs and may not be changed (--immutable)")
            try fail(work, error, evidence: .immutable)
            return nil
        }
        if elsewhere != nil, !hasLooked {
            progress.add(1, to: .checksPlanned)
            return work.following(source, target, evidence: evidence, step: .lookElsewhere)
        }
        do throws(StorageError) {
            let strategy = try strategy(source)
            if options.dryRun {
                if leavesArchived, source.isArchived, let state = source.archive {
                    leave(work, state)
                    return nil
                }
                try plan(.copy, work, source, target, evidence)
                complete(work, strategy.isServerSide ? .wouldServerCopy : .wouldTransfer, evidence: evidence)
                return nil
            }
            progress.add(1, to: .objectsPlanned)
            progress.add(Int(source.size), to: .bytesPlanned)
            return work.following(source, target, evidence: evidence, step: .copy(strategy))
        } catch {
            try fail(work, error, evidence: evidence)
            return nil
        }
    }

    /// How `entry` is to be copied, by what is known now.
    func strategy(_ entry: Entry) throws(StorageError) -> CopyStrategy {
        let isStreaming = isStreaming.load(ordering: .relaxed)
        let strategy = planner.strategy(entry, streaming: isStreaming, excluding: misfits(entry))
        guard let strategy else {
            throw StorageError(
                .unsupported, during: .write, at: target.backend.identity.container, key: entry.key,
                message: "the target takes no object of \(entry.size) bytes")
        }
        if options.transferring.serverSide == .only, !strategy.isServerSide {
            throw StorageError(
                .unsupported, during: .copy, at: target.backend.identity.container, key: entry.key,
                message: "the target store cannot copy it from the source by itself",
                advice: "pass --server-side auto to stream it through this machine")
        }
        return strategy
    }

    /// How `work` passes through here, now that the store refused by `error` to copy it by itself: this object, and all
    /// later ones. Nil: it was another error, or there is no other way.
    func streaming(
        _ work: Work, instead strategy: CopyStrategy, because error: StorageError
    ) throws(RunStop) -> CopyStrategy? {
        guard strategy.isServerSide, error.kind == .permissionDenied || error.kind == .unsupported,
            options.transferring.serverSide != .only,
            let next = planner.streamed(work.source, excluding: misfits(work.source))
        else { return nil }
        if !isStreaming.exchange(true, ordering: .relaxed) {
            notice(
                work.key,
                "the store refused to copy by itself (\(error)); from here on objects stream through this machine, "
                    + "beginning with one of \(work.source.size) bytes")
        }
        let streamed = tally.withLock { tally in
            tally.streamed += work.source.size
            return tally.streamed
        }
        if let max = options.transferring.streamMax, streamed > max {
            throw RunStop(
                reason: .refused(
                    "server-side copies were refused and streaming would pass \(max) bytes (--max-stream); raise it, "
                        + "or grant the target's credentials access to the source"))
        }
        return next
    }

    /// Part sizes that were tried on `entry` and do not fit its tag.
    func misfits(_ entry: Entry) -> Set<Int64> { tally.withLock { $0.doubted[entry.key]?.misfits ?? [] } }

    /// Tells whoever wants to carry it out later what a dry run decided.
    func plan(
        _ kind: PlannedChange.Kind, _ work: Work, _ source: Entry, _ target: Entry?, _ evidence: Evidence
    ) throws(StorageError) {
        try options.planSink?.add(
            PlannedChange(kind, work.key, source: source, target: target, evidence: evidence))
    }

    /// What follows for an object whose copy lacks no more than its time or its metadata.
    func repair(_ work: Work) throws(RunStop) -> Work? {
        if options.dryRun {
            do throws(StorageError) {
                try plan(.updateTime, work, work.source, work.target, work.evidence)
            } catch {
                throw RunStop(reason: .failed(error))
            }
            complete(work, .wouldUpdateMetadata)
            return nil
        }
        progress.add(1, to: .objectsPlanned)
        return work
    }
}
