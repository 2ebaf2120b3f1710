// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

/// The workers of a pass: so many tasks a lane, each taking the next piece of work when it is done with one.
///
/// Small objects and server-side requests are wire work, which is cheapest on the executor of the store's event loop;
/// everything that digests or waits for disks at length runs on the global executor. There are enough of them that work
/// always waits; how much of it goes out at once is found by who sends it.
struct WorkForce: Sendable {
    private static let checkers = 16
    private static let smallTransfers = 256
    private static let mediumTransfers = 24
    /// Few, so that the first are soon whole and a crash leaves little unfinished; their parts keep a store busy.
    private static let largeTransfers = 8
    private static let serverCopies = 256
    /// Few, so that the order shows, and enough to keep a store busy.
    private static let orderedTransfers = 16

    let context: RunContext
    let lanes: Lanes
    /// What is done between the last comparison and the first transfer that waited for it.
    var beforeTransfers: (@Sendable () async throws -> Void)?

    /// Works until the lanes are finished and empty. Throws when a limit of the run closed them, once what was begun is
    /// finished.
    func run() async throws {
        let options = context.options.transferring
        context.cutoff?.watch(lanes)
        let runner = WorkRunner(context: context, lanes: lanes)
        let wire = context.target.backend.preferredExecutor ?? context.source.backend.preferredExecutor
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await Self.crew(max(options.checkers ?? Self.checkers, 1), wire, runner, lanes.checks)
                try await releaseHeld()
                lanes.finishTransfers()
            }
            let transfers = options.transfers.map { max($0, 1) }
            if let order = context.options.order, let lane = lanes.ordered {
                let count = transfers ?? Self.orderedTransfers
                for place in 0..<count {
                    group.addTask(executorPreference: context.executor) {
                        try await runner.run(lane, fromBack: order.takesGreatest(place, of: count))
                    }
                }
            }
            group.addTask { try await Self.crew(transfers ?? Self.smallTransfers, wire, runner, lanes.small) }
            group.addTask { try await Self.crew(transfers ?? Self.serverCopies, wire, runner, lanes.copies) }
            group.addTask {
                try await Self.crew(transfers ?? Self.mediumTransfers, context.executor, runner, lanes.medium)
            }
            group.addTask {
                let count = min(transfers ?? Self.largeTransfers, Self.largeTransfers)
                try await Self.crew(count, context.executor, runner, lanes.large)
            }
            // The first that throws ends the run: the others are cancelled as the group is left.
            while try await group.next() != nil {}
        }
        if let reached = context.cutoff?.reached { throw RunStop(reason: reached) }
    }

    private func releaseHeld() async throws {
        guard let held = lanes.held else { return }
        try await beforeTransfers?()
        _ = try await held.release(into: lanes)
    }

    /// Works on a lane with so many tasks, which begin when there is something to do: most runs leave most lanes empty.
    private static func crew(
        _ count: Int, _ executor: (any TaskExecutor)?, _ runner: WorkRunner, _ lane: BoundedChannel<Work>
    ) async throws {
        guard await lane.begins() else { return }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<count {
                group.addTask(executorPreference: executor) { try await runner.run(lane) }
            }
            while try await group.next() != nil {}
        }
    }
}
