// Part of godwit. SPDX-License-Identifier: Apache-2.0

public import StorageModel
import Synchronization

/// A container and the prefix within it that one side of a run covers.
public struct SyncLocation: Sendable {
    public var backend: any Backend
    /// Empty, or ending in `/`.
    public var prefix: ObjectKey

    public init(backend: any Backend, prefix: ObjectKey = .root) {
        self.backend = backend
        self.prefix = prefix
    }
}

/// One run of copy, sync, move or check between two locations.
///
/// That the locations do not overlap is the caller's to see to (``overlaps(_:_:)``).
public struct SyncSession: Sendable {
    /// Live counters, readable while the run is under way.
    public let progress = SyncProgress()
    private let context: RunContext
    private let retries: (@Sendable () -> Int)?

    /// A run that tells `observer` what happens, and `journal` before it does. `retries` gives the number of requests
    /// that were sent again, which the layers below know. `executor` runs everything that is not wire work.
    public init(
        source: SyncLocation, target: SyncLocation, options: SyncOptions, observer: (any SyncObserver)?,
        journal: (any RunJournal)? = nil, retries: (@Sendable () -> Int)? = nil,
        executor: any TaskExecutor = globalConcurrentExecutor
    ) {
        context = RunContext(
            source: source, target: target, options: options, observer: observer, progress: progress, journal: journal,
            executor: executor)
        self.retries = retries
    }

    /// Carries the run out. Every failure is in the report; a cancelled task ends it with
    /// ``SyncReport/Stop/interrupted``, all uploads settled.
    public func run() async -> SyncReport {
        let begun = ContinuousClock.now
        let (options, source, target) = (context.options, context.source, context.target)
        if let refusal = options.undo?.refusal(mode: options.mode, source: source, target: target) {
            return report(.refused(refusal), since: begun)
        }
        if let refusal = options.backup?.refusal(
            source: source, target: target, selection: options.targetSelection)
        {
            return report(.refused(refusal), since: begun)
        }
        if let refusal = options.elsewhere?.refusal(target: target) { return report(.refused(refusal), since: begun) }
        let deletions = DeletionSpill(directory: context.options.temporaryDirectory)
        let stop = await bounded { await stopOf(deletions) }
        context.state?.close()
        return report(stop, since: begun)
    }

    /// Copies (or moves, or compares) the one object `sourceKey` to exactly `targetKey`; both are whole keys within
    /// their containers.
    public func runObject(_ sourceKey: ObjectKey, to targetKey: ObjectKey) async -> SyncReport {
        let begun = ContinuousClock.now
        let options = context.options
        if options.undo != nil, let refusal = UndoOptions.refusal(of: options.mode) {
            return report(.refused(refusal), since: begun)
        }
        if let backup = options.backup, backup.key(of: targetKey) == targetKey,
            backup.place.backend.identity == context.target.backend.identity
        {
            return report(
                .refused("the backup (--backup-dir) would be the object itself: name another directory"), since: begun)
        }
        if let moment = options.restoresTo {
            let deletions = DeletionSpill(directory: options.temporaryDirectory)
            let stop = await bounded { await restored(to: moment, only: targetKey, deletions) }
            return report(stop, since: begun)
        }
        if options.copiesVersions {
            let pass = HistoryPass(context: context, deletions: DeletionSpill(directory: options.temporaryDirectory))
            let stop = await bounded { await pass.run(sourceKey, to: targetKey) }
            await context.settlement.finish(context)
            return report(stop, since: begun)
        }
        let run = ObjectRun(context: context, sourceKey: sourceKey, targetKey: targetKey)
        return report(await bounded { await run.run() }, since: begun)
    }

    private func bounded(_ body: @escaping @Sendable () async -> SyncReport.Stop?) async -> SyncReport.Stop? {
        guard let cutoff = context.cutoff else { return await body() }
        return await cutoff.bounding(body)
    }

    private func stopOf(_ first: DeletionSpill) async -> SyncReport.Stop? {
        let leftovers = Leftovers(context: context)
        await leftovers.findUnnamed()
        var deletions = first
        if let moment = context.options.restoresTo { return await restored(to: moment, deletions) }
        if context.options.copiesVersions {
            // How far an earlier run came shows at the target.
            return await ended(
                await HistoryPass(context: context, deletions: deletions).run(), deletions, leftovers)
        }
        var result = await resumed(deletions) ?? ListingPass.Result()
        if let plan = context.options.plan {
            result = await PlanPass(context: context, plan: plan, deletions: deletions).run()
        } else if result.stop == nil, context.options.resuming?.listings != .some(.none) {
            (result, deletions) = await listed(deletions)
        }
        if result.stop == nil { result.stop = await RetryPasses(context: context).run() }
        if result.stop == nil { result.stop = await ThawPass(context: context).run() }
        return await ended(result, deletions, leftovers)
    }

    /// Puts back what was there then, of everything or of one key.
    private func restored(
        to moment: Timestamp, only key: ObjectKey? = nil, _ deletions: DeletionSpill
    ) async -> SyncReport.Stop? {
        var result = await RestorePass(context: context, moment: moment, deletions: deletions).run(only: key)
        if result.stop == nil { result.stop = await RetryPasses(context: context).run() }
        return await ended(result, deletions, Leftovers(context: context))
    }

    /// Deletes what is to be deleted, and settles everything.
    private func ended(
        _ pass: ListingPass.Result, _ deletions: DeletionSpill, _ leftovers: Leftovers
    ) async -> SyncReport.Stop? {
        var result = pass
        // Past a limit nothing is deleted, also where it was reached after the last transfer.
        result.stop = result.stop ?? context.cutoff?.reached
        await context.settlement.finish(context)
        if let stop = result.stop { return stop }
        if let failure = result.failure { return .failed(failure) }
        var stop = result.refusal
        if !result.hasDeleted {
            stop = await Deletions(context: context, spill: deletions).run(isWhole: result.isWhole, needsSuccess: true)
        }
        await context.settlement.finish(context)
        // A run that goes on with an earlier one's listings saw only their end.
        if stop == nil, result.isWhole, context.options.resuming == nil {
            await context.state?.settle()
            await leftovers.giveUp()
        }
        return stop
    }

    /// What an earlier run left undone; nil: there is none.
    private func resumed(_ deletions: DeletionSpill) async -> ListingPass.Result? {
        guard let point = context.options.resuming else { return nil }
        // Listings from the start find what is pending by themselves.
        if case .after(_, let order) = point.listings, order != self.order().order { return nil }
        context.tally.withLock { $0.hasAnotherPass = context.options.passesMax > 1 }
        let stop = await PendingActions(context: context, deletions: deletions).run(point)
        return ListingPass.Result(isWhole: stop == nil, stop: stop)
    }

    /// Passes over both listings until one kept its order.
    private func listed(_ first: DeletionSpill) async -> (ListingPass.Result, DeletionSpill) {
        var deletions = first
        var sorting: Set<Side> = []
        while true {
            let plan = order(sorting)
            context.tally.withLock { $0.hasAnotherPass = context.options.passesMax > 1 }
            context.journal?.listing(in: plan.order)
            let after = sorting.isEmpty ? resumedKey(plan.order) : nil
            let result = await ListingPass(context: context, plan: plan, deletions: deletions, after: after).run()
            guard result.stop == nil, let failure = result.failure, failure.kind == .listingOutOfOrder,
                let side = result.failedSide, sorting.insert(side).inserted
            else { return (result, deletions) }
            context.notice(nil, "\(failure); listing again, sorted here")
            context.tally.withLock { $0.restart() }
            context.progress.reset()
            deletions = DeletionSpill(directory: context.options.temporaryDirectory)
        }
    }

    /// How both sides are brought into one order; `sorting`: the sides that have shown that they do not keep theirs.
    private func order(_ sorting: Set<Side> = []) -> OrderPlan {
        if context.options.names != nil {
            return OrderPlan(order: .keyBytes, source: .lookedUp, target: .lookedUp)
        }
        let source = context.options.sourceListing == nil ? context.sourceCapabilities.listingOrders : [.unordered]
        guard context.options.looksUp else {
            return OrderPlan.between(
                source: source, target: context.targetCapabilities.listingOrders,
                sortingSource: sorting.contains(.source), sortingTarget: sorting.contains(.target))
        }
        // The source's own order is as good as any.
        var plan = OrderPlan.between(source: source, target: source, sortingSource: sorting.contains(.source))
        plan.target = .lookedUp
        return plan
    }

    /// The key after which the listings of an earlier run go on in `order`.
    private func resumedKey(_ order: ListingOrder) -> ObjectKey? {
        guard case .after(let key?, let earlier) = context.options.resuming?.listings else { return nil }
        if earlier == order { return key }
        context.notice(nil, "the stores list in another order than then: both sides are listed from the start")
        return nil
    }

    private func report(_ stop: SyncReport.Stop?, since begun: ContinuousClock.Instant) -> SyncReport {
        var report = context.tally.withLock { $0.report }
        report.stop = stop ?? (Task.isCancelled ? .interrupted : nil)
        report.retries = retries?() ?? 0
        report.elapsed = .now - begun
        return report
    }
}
