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
        let deletions = DeletionSpill(directory: context.options.temporaryDirectory)
        let stop = await stopOf(deletions)
        return report(stop, since: begun)
    }

    /// Copies (or moves, or compares) the one object `sourceKey` to exactly `targetKey`; both are whole keys within their
    /// containers.
    public func runObject(_ sourceKey: ObjectKey, to targetKey: ObjectKey) async -> SyncReport {
        let begun = ContinuousClock.now
        let stop = await ObjectRun(context: context, sourceKey: sourceKey, targetKey: targetKey).run()
        return report(stop, since: begun)
    }

    private func stopOf(_ first: DeletionSpill) async -> SyncReport.Stop? {
        var deletions = first
        var sorting: Set<Side> = []
        var result: ListingPass.Result
        let leftovers = Leftovers(context: context)
        await leftovers.findUnnamed()
        while true {
            let plan = OrderPlan.between(
                source: context.sourceCapabilities.listingOrders, target: context.targetCapabilities.listingOrders,
                sortingSource: sorting.contains(.source), sortingTarget: sorting.contains(.target))
            context.tally.withLock { $0.hasAnotherPass = context.options.passesMax > 1 }
            result = await ListingPass(context: context, plan: plan, deletions: deletions).run()
            guard result.stop == nil, let failure = result.failure, failure.kind == .listingOutOfOrder,
                let side = result.failedSide, sorting.insert(side).inserted
            else { break }
            context.notice(nil, "\(failure); listing again, sorted here")
            context.tally.withLock { $0.restart() }
            context.progress.reset()
            deletions = DeletionSpill(directory: context.options.temporaryDirectory)
        }
        if result.stop == nil { result.stop = await RetryPasses(context: context).run() }
        await context.settlement.finish(context)
        if let stop = result.stop { return stop }
        if let failure = result.failure { return .failed(failure) }
        let stop = await delete(deletions, isWhole: result.isWhole)
        await context.settlement.finish(context)
        if stop == nil, result.isWhole { await leftovers.giveUp() }
        return stop
    }

    /// The end of a sync: deletions, if nothing speaks against them.
    private func delete(_ deletions: DeletionSpill, isWhole: Bool) async -> SyncReport.Stop? {
        guard context.options.mode == .sync, deletions.count > 0 else { return nil }
        let (objects, otherFailures) = context.tally.withLock { ($0.report.objects, $0.report.otherFailures) }
        let refusal = DeletionStage.refusal(
            deletions: deletions.count, listedSource: objects.listedSource, listedTarget: objects.listedTarget,
            options: context.options.deleting)
        if refusal != nil || objects.failed > 0 || otherFailures > 0 || !isWhole {
            context.tally.withLock { $0.report.deletionsWithheld = deletions.count }
        }
        if let refusal { return .refused(refusal) }
        guard objects.failed == 0, otherFailures == 0, isWhole else {
            context.notice(
                nil, "\(deletions.count) objects of the target were not deleted, since not everything else succeeded")
            return nil
        }
        do {
            try await DeletionStage(context: context, spill: deletions).run()
            return nil
        } catch let stop as RunStop {
            return stop.reason
        } catch let error as StorageError {
            return error.kind == .cancelled ? .interrupted : .failed(error)
        } catch {
            return .interrupted
        }
    }

    private func report(_ stop: SyncReport.Stop?, since begun: ContinuousClock.Instant) -> SyncReport {
        var report = context.tally.withLock { $0.report }
        report.stop = stop ?? (Task.isCancelled ? .interrupted : nil)
        report.retries = retries?() ?? 0
        report.elapsed = .now - begun
        return report
    }
}
