// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel
import Synchronization

/// Waits for what is being restored, and copies each object once it can be read.
struct ThawPass {
    let context: RunContext

    /// The longest pause between two looks: restores take minutes to days.
    private static let pauseMax = Duration.seconds(300)
    /// Objects are restored about in the order in which that was asked for: behind so many that are not yet readable, no
    /// other is looked at.
    private static let waitingMax = 256
    /// Looks at once.
    private static let looksInFlight = 16

    /// Runs until nothing waits any more; returns why the run ended, if it did.
    func run() async -> SyncReport.Stop? {
        let first = context.options.archives.pause
        var pause = first, told = 0
        while let held = context.thawing.take() {
            if held.count != told {
                context.notice(nil, "waiting for \(held.count) objects (\(held.bytes) bytes) that are being restored")
            }
            told = held.count
            do {
                try await Task.sleep(for: pause)
            } catch {
                return .interrupted
            }
            if let stop = await look(at: held) { return stop }
            if let stop = await RetryPasses(context: context).run() { return stop }
            pause = context.thawing.count < held.count ? max(first, pause / 4) : min(pause * 2, Self.pauseMax)
        }
        return nil
    }

    private func look(at held: Thawing.Held) async -> SyncReport.Stop? {
        context.tally.withLock { $0.hasAnotherPass = context.options.passesMax > 1 }
        return await context.carryOut { lanes in try await send(held, lanes) }
    }

    private func send(_ held: Thawing.Held, _ lanes: Lanes) async throws {
        var waiting = 0
        try await held.forEachBatch { batch in
            for start in stride(from: 0, to: batch.count, by: Self.looksInFlight) {
                let works = batch[start..<min(start + Self.looksInFlight, batch.count)]
                guard waiting < Self.waitingMax else {
                    for work in works { try context.thawing.append(work) }
                    continue
                }
                let ready = try await readable(works)
                waiting = ready.isEmpty ? waiting + works.count : 0
                guard await lanes.send(ready) else { throw CancellationError() }
            }
        }
    }

    /// The copies of `works` that can be made by now; the others wait on.
    private func readable(_ works: ArraySlice<Work>) async throws -> [Work] {
        try await withThrowingTaskGroup(of: Work?.self) { group in
            for work in works { group.addTask { try await readable(work) } }
            var ready: [Work] = []
            while let found = try await group.next() { if let found { ready.append(found) } }
            return ready
        }
    }

    private func readable(_ work: Work) async throws -> Work? {
        guard let fresh = try await context.currentSource(of: work) else { return nil }
        guard fresh.archive != .restoring else {
            try context.thawing.append(work)
            return nil
        }
        return try context.copy(
            work.again(fresh, step: work.step), fresh, work.target, work.evidence, hasLooked: true)
    }
}
