// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel
import Synchronization

/// Ends a run that has moved as much, or taken as long, as it may (`--max-transfer`, `--max-duration`).
///
/// A hard end cancels what is under way, as an interruption does: what is written of large objects stays for the next
/// run. A soft one lets it finish and begins nothing more. Nothing is deleted after either.
final class Cutoff: Sendable {
    private struct State {
        var begun: Int64 = 0
        var moved: Int64 = 0
        var reached: SyncReport.Stop?
        /// The queues of the pass under way.
        var lanes: Lanes?
    }

    /// How often bytes are counted that are under way in objects that are not yet whole.
    private static let interval = Duration.milliseconds(50)

    private let options: CutoffOptions
    private let progress: SyncProgress
    private let state = Mutex(State())

    /// Nil: nothing is limited.
    init?(_ options: CutoffOptions, _ progress: SyncProgress) {
        guard options.bytesMax != nil || options.durationMax != nil else { return nil }
        self.options = options
        self.progress = progress
    }

    /// The limit that was reached; nil: none yet.
    var reached: SyncReport.Stop? { state.withLock { $0.reached } }

    /// Closes `lanes` when a limit is reached, or now if one was.
    func watch(_ lanes: Lanes) {
        let isOver = state.withLock { state in
            state.lanes = lanes
            return state.reached != nil
        }
        if isOver { lanes.close() }
    }

    /// Whether `work` may begin. False: it may not, and nothing after it.
    func admits(_ work: Work) -> Bool {
        guard case .copy = work.step else { return reached == nil }
        let (isAdmitted, isFull) = state.withLock { state in
            guard state.reached == nil else { return (false, false) }
            guard let max = options.bytesMax else { return (true, false) }
            // What would only just reach the limit is not begun either, as rclone has it.
            let isFull = options.mode == .cautious ? state.begun + work.source.size >= max : state.moved >= max
            if !isFull { state.begun += work.source.size }
            return (!isFull, isFull)
        }
        if isFull, let max = options.bytesMax { reach(.transferLimit(max)) }
        return isAdmitted
    }

    /// Counts bytes that arrived at the target.
    func moved(_ bytes: Int64) {
        let moved = state.withLock { state in
            state.moved += bytes
            return state.moved
        }
        if let max = options.bytesMax, moved >= max, options.mode == .hard { reach(.transferLimit(max)) }
    }

    /// Runs `body` within the limits; returns why it ended early, if it did.
    func bounding(_ body: @escaping @Sendable () async -> SyncReport.Stop?) async -> SyncReport.Stop? {
        enum Ended: Sendable { case body(SyncReport.Stop?), limit, watch }
        return await withTaskGroup(of: Ended.self) { group in
            group.addTask { .body(await body()) }
            group.addTask { await self.waitForLimit() && self.options.mode == .hard ? .limit : .watch }
            while let ended = await group.next() {
                switch ended {
                case .body(let stop):
                    group.cancelAll()
                    // Whatever else ended it goes first; an interruption that is nobody else's is ours.
                    guard case .interrupted? = stop, !Task.isCancelled else { return stop }
                    return self.reached ?? stop
                case .limit: group.cancelAll()
                case .watch: break
                }
            }
            return nil
        }
    }

    private func reach(_ limit: SyncReport.Stop) {
        let lanes = state.withLock { state in
            state.reached = state.reached ?? limit
            return state.lanes
        }
        lanes?.close()
    }

    /// Returns when a limit is reached; false: the run ended before.
    private func waitForLimit() async -> Bool {
        let end = options.durationMax.map { ContinuousClock.now + $0 }
        while reached == nil {
            let isCounting = options.bytesMax != nil && options.mode == .hard
            let next = isCounting ? ContinuousClock.now + Self.interval : end
            guard let next else {
                // Reached by whoever would have begun more, who tells all others.
                return false
            }
            do { try await Task.sleep(until: min(next, end ?? next), clock: .continuous) } catch { return false }
            if let end, let max = options.durationMax, .now >= end { reach(.durationLimit(max)) }
            if isCounting, let max = options.bytesMax, state.withLock({ $0.moved }) + bytesInFlight >= max {
                reach(.transferLimit(max))
            }
        }
        return true
    }

    /// Bytes through the network of parts that are not whole.
    private var bytesInFlight: Int64 { progress.bytesInFlight.values.reduce(0, +) }
}
