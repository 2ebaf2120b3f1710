// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Selection
import StorageModel

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
    }

    let context: RunContext
    let plan: OrderPlan
    let deletions: DeletionSpill
    /// The key after which both listings go on; nil: from the start.
    var after: ObjectKey?

    func run() async -> Result {
        let lanes = Lanes()
        let source = BoundedChannel<ListedPage>(capacity: SidePuller.pagesAhead)
        let target = BoundedChannel<ListedPage>(capacity: SidePuller.pagesAhead)
        do {
            return try await withThrowingTaskGroup(of: Result?.self) { group in
                let sides = [(puller(.source), source), (puller(.target), target)]
                for (puller, channel) in sides {
                    group.addTask(executorPreference: context.executor) {
                        await puller.run(into: channel)
                        return nil
                    }
                }
                group.addTask(executorPreference: context.executor) {
                    defer { lanes.finishChecks() }
                    return try await merge(source, target, lanes)
                }
                group.addTask {
                    try await WorkForce(context: context, lanes: lanes).run()
                    return nil
                }
                var merged = Result()
                while let result = try await group.next() {
                    guard let result else { continue }
                    merged = result
                }
                return merged
            }
        } catch let stop as RunStop {
            return Result(stop: stop.reason)
        } catch {
            return Result(stop: .interrupted)
        }
    }

    private func merge(
        _ source: BoundedChannel<ListedPage>, _ target: BoundedChannel<ListedPage>, _ lanes: Lanes
    ) async throws -> Result {
        var stage = MergeStage(
            context, lanes: lanes, order: plan.order, source: source, target: target, deletions: deletions)
        defer {
            // Whoever still lists, lists for nobody.
            source.close()
            target.close()
        }
        do {
            try await stage.run()
            return Result(isWhole: !stage.isIncomplete)
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

    private func puller(_ side: Side) -> SidePuller {
        let options = context.options
        let location = side == .source ? context.source : context.target
        let isTree = side == .target && context.targetCapabilities.hasDirectories && options.mode != .check
        return SidePuller(
            side: side, location: location,
            selection: side == .target && options.deleting.deletesExcluded ? .all : options.selection,
            includesDirectories: options.createsEmptyDirectories && location.backend.capabilities.hasDirectories,
            links: options.links, order: plan.order, approach: side == .source ? plan.source : plan.target,
            after: after,
            temporaryDirectory: options.temporaryDirectory, allowsAbsentContainer: isTree, progress: context.progress)
    }
}
