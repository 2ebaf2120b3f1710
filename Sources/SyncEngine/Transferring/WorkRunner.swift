// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel
import Synchronization

/// Carries work out, one piece after another, and records what came of it.
struct WorkRunner: Sendable {
    let context: RunContext
    let lanes: Lanes

    private var transfer: Transfer { Transfer(context: context) }

    /// Takes work from `lane`, or from its back, until it ends.
    func run(_ lane: BoundedChannel<Work>, fromBack: Bool = false) async throws(RunStop) {
        while let work = await lane.next(fromBack: fromBack) {
            defer { lanes.gauge.end() }
            guard context.cutoff?.admits(work) ?? true else { return }
            try await perform(work)
            await context.settlement.advance(context)
        }
    }

    /// Does one piece of work to its outcome, or to the work that follows from it.
    func perform(_ work: Work) async throws(RunStop) {
        // Comparisons hand work on to full queues: they may not hold what those who empty the queues wait for.
        if case .compare(let needs) = work.step { return try await compare(work, needs) }
        if case .compareMetadata = work.step { return try await compareMetadata(work) }
        if case .lookElsewhere = work.step { return try await lookElsewhere(work) }
        guard try await isAllowed(work) else { return }
        guard let slots = context.objectSlots else { return try await attempt(work) }
        do throws(StorageError) { try await slots.acquire(1) } catch { return }
        defer { slots.release(1) }
        try await attempt(work)
    }

    /// Whether whoever is asked lets `work` be done; what is not is recorded.
    func isAllowed(_ work: Work) async throws(RunStop) -> Bool {
        guard context.options.approver != nil, work.attempt == 1 else { return true }
        let kind: ProposedChange.Kind =
            switch work.step {
            case .compare, .compareMetadata, .lookElsewhere, .copy: .copy
            case .makeDirectory: .makeDirectory
            case .repairTime: .updateTime
            }
        if try await context.allows(ProposedChange(kind, work.key, size: work.source.size)) { return true }
        context.progress.add(-1, to: .objectsPlanned)
        if kind == .copy { context.progress.add(-Int(work.source.size), to: .bytesPlanned) }
        context.complete(work, .skipped, evidence: .declined)
        return false
    }

    private func attempt(_ work: Work) async throws(RunStop) {
        switch work.step {
        case .compare(let needs): try await compare(work, needs)
        case .compareMetadata: try await compareMetadata(work)
        case .lookElsewhere: try await lookElsewhere(work)
        case .copy(let strategy): try await copy(work, strategy)
        case .makeDirectory: try await makeDirectory(work)
        case .repairTime: try await repairTime(work)
        }
    }

    private func compare(_ work: Work, _ needs: Proof?) async throws(RunStop) {
        guard let target = work.target else {
            if let next = try context.copy(work, work.source, nil, .absent) { await lanes.send(next) }
            return
        }
        let finding: Prover.Finding
        do throws(StorageError) {
            finding = try await Prover(context: context).decide(work.source, target, needs: needs)
        } catch {
            if error.kind == .preconditionFailed, work.attempt == 1 {
                guard let fresh = try await freshSource(work) else { return }
                return try await compare(work.again(fresh, step: .compare(needs: nil)), nil)
            }
            context.progress.add(1, to: .checksDone)
            if error.kind == .archived, context.leavesArchived { return context.leave(work, .archived) }
            return try context.fail(work, error, evidence: .problem)
        }
        context.progress.add(1, to: .checksDone)
        let looks = context.metadataLooks.include(finding.source, finding.target, after: finding.verdict)
        if looks { context.progress.add(1, to: .checksPlanned) }
        let next = try context.follow(
            finding.verdict, work, finding.source, finding.target, looksAtMetadata: looks)
        guard let next else { return }
        // At once: those who compare do not wait for room among what waits for them.
        if case .compareMetadata = next.step { return try await compareMetadata(next) }
        await lanes.send(next)
    }

    private func compareMetadata(_ work: Work) async throws(RunStop) {
        let pair: Transfer.LookedAt
        do throws(StorageError) {
            pair = try await transfer.lookAtMetadata(work)
        } catch {
            context.progress.add(1, to: .checksDone)
            return try context.fail(work, error, evidence: .problem)
        }
        context.progress.add(1, to: .checksDone)
        guard !pair.differing.isEmpty else {
            return context.complete(
                work, context.options.mode == .check ? .same : .skipped, moved: released(work, isLengthOnly: false),
                proof: context.proof(work, pair.source, pair.target))
        }
        context.metadataLooks.found()
        guard context.options.mode != .check else { return context.complete(work, .differs, evidence: .metadata) }
        let repair = work.following(pair.source, pair.target, evidence: .metadata, step: .repairTime)
        if let next = try context.repair(repair) { await lanes.send(next) }
    }

    private func copy(_ work: Work, _ strategy: CopyStrategy) async throws(RunStop) {
        if context.leavesArchived, work.source.isArchived { return try await leaveArchived(work) }
        guard let work = try await kept(work) else { return }
        do throws(StorageError) {
            if context.purpose == .applying { try await context.confirmTarget(work) }
            let completion =
                if let renamed = try await renamed(work) { renamed } else { try await transfer.run(work, strategy) }
            context.keeper?.left(completion.written, at: work.targetKey)
            context.complete(
                work, completion.action, checksum: completion.checksum, isLengthOnly: completion.isLengthOnly,
                lost: completion.lost, moved: released(work, isLengthOnly: completion.isLengthOnly),
                proof: context.proof(work, completion))
        } catch {
            if let next = try context.streaming(work, instead: strategy, because: error) {
                return try await copy(
                    work.following(work.source, work.target, evidence: work.evidence, step: .copy(next)), next)
            }
            if error.kind == .archived, context.leavesArchived { return try await leaveArchived(work) }
            if context.options.comparing.ignoresExisting, context.isTaken(work, error) {
                return context.complete(work, .skipped, evidence: .existing)
            }
            if context.purpose == .applying, [.preconditionFailed, .alreadyExists, .notFound].contains(error.kind) {
                if await context.isCarriedOut(work) { return context.complete(work, .skipped, evidence: .existing) }
                return try context.failFinally(work, context.drift(work))
            }
            // A source that changed while it was read, or bytes that arrived damaged: once more, from its state now.
            let isSourceChange = error.kind == .preconditionFailed && error.operation != .write
            if isSourceChange || error.kind == .corrupted, work.attempt == 1, !Task.isCancelled {
                return try await copyAfresh(work)
            }
            try context.fail(work, error)
        }
    }

    /// A copy of what only has another name now; nil: there is none.
    private func renamed(_ work: Work) async throws(StorageError) -> Transfer.Completion? {
        guard context.options.deleting.tracksRenames else { return nil }
        return try await context.renames.withLock(\.self)?.copy(work)
    }

    /// `work`, once what it replaces can be put back; nil when that failed, which is then recorded.
    func kept(_ work: Work) async throws(RunStop) -> Work? {
        do throws(StorageError) {
            return try await context.keeper?.keep(work) ?? work
        } catch {
            try context.fail(work, error)
            return nil
        }
    }

    func copyAfresh(_ work: Work) async throws(RunStop) {
        guard let fresh = try await freshSource(work) else { return }
        let strategy: CopyStrategy
        do throws(StorageError) { strategy = try context.strategy(fresh) } catch {
            return try context.fail(work, error)
        }
        try await copy(work.again(fresh, step: .copy(strategy)), strategy)
    }

    /// The source as it is now; nil when that failed, which is then recorded.
    private func freshSource(_ work: Work) async throws(RunStop) -> Entry? {
        do throws(StorageError) {
            let fresh = try await context.freshSource(work.source)
            if context.purpose != .applying || fresh.isState(work.source) { return fresh }
            throw context.drift(work)
        } catch {
            try context.fail(work, error)
            return nil
        }
    }

    private func makeDirectory(_ work: Work) async throws(RunStop) {
        do throws(StorageError) {
            let options = WriteOptions(modified: work.source.modified ?? work.source.written)
            _ = try await context.target.backend.write(PartBuffer(capacity: 0), to: work.targetKey, options)
            context.complete(work, .transferred)
        } catch {
            try context.fail(work, error)
        }
    }

    private func repairTime(_ work: Work) async throws(RunStop) {
        guard let work = try await kept(work) else { return }
        do throws(StorageError) {
            if context.purpose == .applying { try await context.confirmTarget(work) }
            try await transfer.repairMetadata(work)
            await context.keeper?.left(at: work.targetKey)
            context.complete(work, .metadataUpdated, moved: released(work, isLengthOnly: false))
        } catch {
            if context.purpose == .applying, error.kind == .preconditionFailed || error.kind == .notFound {
                return try context.failFinally(work, context.drift(work))
            }
            if error.kind == .archived, context.leavesArchived {
                context.progress.add(-1, to: .objectsPlanned)
                return context.leave(work, .archived)
            }
            try context.fail(work, error)
        }
    }

    /// The source of a move that may be deleted, since the target's copy is proven.
    func released(_ work: Work, isLengthOnly: Bool) -> Entry? {
        guard context.options.mode == .move else { return nil }
        guard !isLengthOnly else {
            context.notice(
                work.key, "kept at the source: only the length of the copy is proven; --verify none would delete it")
            return nil
        }
        return work.source
    }
}
