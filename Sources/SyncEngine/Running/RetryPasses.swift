// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel
import Synchronization

/// Further passes over the objects that failed, each from the state that its source has by then.
struct RetryPasses {
    let context: RunContext

    /// Runs passes until nothing is left or no pass is; returns why the run ended, if it did.
    func run() async -> SyncReport.Stop? {
        for pass in stride(from: 2, through: max(context.options.passesMax, 2), by: 1) {
            let held = context.tally.withLock { tally in
                tally.hasAnotherPass = pass < context.options.passesMax
                defer { tally.retries = [] }
                return tally.retries
            }
            if held.isEmpty { return nil }
            if held.count == RunContext.retriesMax {
                context.notice(
                    nil, "more than \(held.count) objects failed; only the first \(held.count) are tried again")
            }
            context.notice(nil, "pass \(pass): trying \(held.count) failed objects again")
            if let stop = await carryOut(held, refreshing: true) { return stop }
        }
        return nil
    }

    /// Carries `works` out; `refreshing`: from the state that their sources have now.
    func carryOut(_ works: [Work], refreshing: Bool = false) async -> SyncReport.Stop? {
        await context.carryOut { lanes in
            for work in works {
                guard let next = refreshing ? try await refreshed(work) : work else { continue }
                guard await lanes.send(next) else { return }
            }
        }
    }

    /// The same work for the source as it is now; nil when that ended it.
    private func refreshed(_ work: Work) async throws(RunStop) -> Work? {
        guard let fresh = try await context.currentSource(of: work) else { return nil }
        if context.purpose == .applying, !fresh.isState(work.source) {
            try context.failFinally(work, context.drift(work))
            return nil
        }
        let again = work.again(fresh, step: work.step)
        switch work.step {
        case .copy: return try context.copy(again, fresh, work.target, work.evidence, hasLooked: true)
        case .compare, .compareMetadata, .lookElsewhere: return again
        case .makeDirectory, .repairTime: return work
        }
    }
}
