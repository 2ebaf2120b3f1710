// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Selection
import StorageModel
import Synchronization

/// One pass over both listings with everything that follows from it: listing, merging, comparing and transferring side
/// by side.
struct ListingPass {
    /// How a pass ended.
    struct Result {
        /// The listings were whole: what is missing at the source is really missing.
        var isWhole = false
        /// Why a listing failed.
        var failure: StorageError?
        var failedSide: Side?
        var stop: SyncReport.Stop?
        /// Whether something could not be listed.
        var hasProblems = false
        /// Whether what is to be deleted was dealt with.
        var hasDeleted = false
        /// Why it was not deleted.
        var refusal: SyncReport.Stop?
    }

    /// What the merge came to, once it has ended.
    private final class Merge: Sendable { let result = Mutex(Result()) }

    let context: RunContext
    let plan: OrderPlan
    let deletions: DeletionSpill
    /// The key after which both listings go on; nil: from the start.
    var after: ObjectKey?

    func run() async -> Result {
        var lanes = Lanes(context.options.order)
        if context.options.checksFirst || timing == .before || tracksRenames {
            lanes.held = HeldWork(
                directory: context.options.temporaryDirectory, order: context.options.order)
        }
        if context.options.deleting.tracksRenames, !tracksRenames, !context.options.dryRun {
            context.notice(nil, "the target's store does not copy by itself: what was renamed is sent again")
        }
        return await run(lanes)
    }

    /// A run that goes on with an earlier one's listings deletes what both of them found, at its end.
    private var timing: DeletionOptions.Timing {
        let isFree = context.options.mode == .sync && context.options.resuming == nil && !tracksRenames
        return isFree ? context.options.deleting.timing : .after
    }

    /// Whether what is to be deleted is first looked through for objects that are new elsewhere.
    private var tracksRenames: Bool {
        context.options.mode == .sync && context.options.deleting.tracksRenames && !context.options.dryRun
            && (context.targetCapabilities.serverSideCopyMax != nil || context.targetCapabilities.readsAreLocal)
    }

    private func run(_ lanes: Lanes) async -> Result {
        let source = BoundedChannel<ListedPage>(capacity: SidePuller.pagesAhead)
        let target = BoundedChannel<ListedPage>(capacity: SidePuller.pagesAhead)
        let merge = Merge()
        let echo = context.options.looksUp && context.options.names == nil ? PageEcho() : nil
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                let sides = [(puller(.source, echo), source), (puller(.target, echo), target)]
                for (puller, channel) in sides {
                    group.addTask(executorPreference: context.executor) {
                        await puller.run(into: channel)
                    }
                }
                group.addTask(executorPreference: context.executor) {
                    let result: Result
                    do {
                        defer { lanes.finishChecks() }
                        result = try await merged(source, target, echo, lanes)
                        merge.result.withLock { $0 = result }
                    }
                    guard timing == .during, result.isWhole, !result.hasProblems else { return }
                    let refusal = await Deletions(context: context, spill: deletions).run()
                    merge.result.withLock { merged in
                        merged.hasDeleted = true
                        merged.refusal = refusal
                    }
                }
                group.addTask {
                    try await WorkForce(context: context, lanes: lanes) {
                        let result = merge.result.withLock { $0 }
                        guard result.failure == nil, result.stop == nil else { return }
                        if tracksRenames, result.isWhole {
                            let renames = try Renames(deletions, for: context)
                            context.renames.withLock { $0 = renames }
                        }
                        guard timing == .before else { return }
                        let refusal = await Deletions(context: context, spill: deletions).run(isWhole: result.isWhole)
                        if let refusal { throw RunStop(reason: refusal) }
                        merge.result.withLock { $0.hasDeleted = true }
                    }.run()
                }
                while try await group.next() != nil {}
            }
            return merge.result.withLock { $0 }
        } catch {
            return Result(stop: .init(error))
        }
    }

    private func merged(
        _ source: BoundedChannel<ListedPage>, _ target: BoundedChannel<ListedPage>, _ echo: PageEcho?, _ lanes: Lanes
    ) async throws -> Result {
        var stage = MergeStage(
            context, lanes: lanes, order: plan.order, source: source, target: target, deletions: deletions)
        defer {
            // Whoever still lists, lists for nobody.
            source.close()
            target.close()
            echo?.close()
        }
        do {
            try await stage.run()
            return Result(isWhole: !stage.isIncomplete, hasProblems: stage.hasProblems)
        } catch is MergeStage.LanesClosed {
            try Task.checkCancellation()
            return Result()
        } catch let error as StorageError {
            if error.kind == .cancelled, Task.isCancelled { throw CancellationError() }
            // What was decided from the part in order is right and is finished; after a wrong order nothing is.
            if error.kind == .listingOutOfOrder { lanes.close() }
            return Result(failure: error, failedSide: stage.failedSide)
        }
    }

    private func puller(_ side: Side, _ echo: PageEcho?) -> SidePuller {
        let options = context.options
        let location = side == .source ? context.source : context.target
        let isTree = side == .target && context.targetCapabilities.hasDirectories && options.mode != .check
        return SidePuller(
            side: side, location: location,
            selection: side == .target ? options.targetSelection : options.selection,
            includesDirectories: options.createsEmptyDirectories && location.backend.capabilities.hasDirectories,
            markers: side == .target && options.deleting.deletesExcluded ? [] : options.exclusionMarkers,
            otherSide: side == .source ? nil : context.source, links: options.links, order: plan.order,
            approach: side == .source ? plan.source : plan.target, given: side == .source ? options.sourceListing : nil,
            names: options.names, echo: echo, after: after,
            temporaryDirectory: options.temporaryDirectory, allowsAbsentContainer: isTree, progress: context.progress)
    }
}
