// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel
import StorageTestKit
import Synchronization

@testable import SyncEngine

/// One schedule: processes that fail, are interrupted or die, then one that nothing befalls, then one that finds nothing
/// to do; all on the same stores with the same journal. The seed decides everything.
final class Schedule: Sendable {
    let seed: UInt64
    private let broken = Mutex<[String]>([])
    private let reached = Mutex<Set<SimulatedProcess.Mark>>([])

    init(seed: UInt64) { self.seed = seed }

    /// What its processes came by.
    var marks: Set<SimulatedProcess.Mark> { reached.withLock { $0 } }

    /// Runs it; returns what broke an invariant.
    func run() -> [String] {
        let executor = SeededExecutor(seed: seed)
        do {
            try executor.run { [self] in
                do { try await play(executor) } catch { breaks("\(error)") }
            }
        } catch {
            breaks("the run hangs: every task of it waits")
        }
        return broken.withLock { $0 }
    }

    private func breaks(_ text: String, unless holds: Bool = false) {
        if !holds { broken.withLock { $0.append(text) } }
    }

    private func play(_ executor: SeededExecutor) async throws {
        var random = SeededRandom(seed: seed)
        let scenario = Scenario(&random)
        try await scenario.fill(&random)
        let journal = MemoryJournal(now: scenario.now)
        let original = try await scenario.source.contents(), before = try await scenario.target.contents()
        var isChanged = false
        for _ in 0..<Int.random(in: 0...2, using: &random) {
            _ = try await session(scenario, journal, executor, Self.luck(&random), &random)
            if scenario.mode != .move { isChanged = try await scenario.change(&random) || isChanged }
        }

        let source = try await scenario.source.contents(), target = try await scenario.target.contents()
        let (report, process) = try await session(scenario, journal, executor, SimulatedProcess.Luck(), &random)
        let clean = report.stop == nil && report.objects.failed == 0 && report.otherFailures == 0
        breaks("a run that nothing befell ends with \(report)", unless: clean)
        let after = try await scenario.target.contents()
        let expected = scenario.mode == .sync ? source : target.merging(source) { $1 }
        breaks("the target is \(after), not \(expected)", unless: after == expected)
        if !isChanged {
            let whole = scenario.mode == .sync ? original : before.merging(original) { $1 }
            breaks("the target is \(after), without a crash \(whole)", unless: after == whole)
        }
        let unfinished = try await scenario.target.unfinished()
        breaks("\(unfinished) uploads are left", unless: unfinished == 0)
        breaks("the journal still has uploads", unless: journal.contents.uploads.allSatisfy(\.isEnded))
        breaks("not every action is settled", unless: process.journal.actions.allSatisfy(\.isSettled))
        if scenario.mode == .move {
            let left = try await scenario.source.contents()
            breaks("\(left.keys) are still at the source", unless: left.count <= report.lengthOnly)
        }
        try await checkThatNothingIsLeft(scenario, journal, executor, &random)
    }

    private func checkThatNothingIsLeft(
        _ scenario: Scenario, _ journal: MemoryJournal, _ executor: SeededExecutor, _ random: inout SeededRandom
    ) async throws {
        // What a move keeps at its source for want of a proof, it proves and deletes the next time.
        if scenario.mode == .move, try await !scenario.source.contents().isEmpty { return }
        let (report, process) = try await session(scenario, journal, executor, SimulatedProcess.Luck(), &random)
        let objects = report.objects
        let changes = objects.transferred + objects.serverCopied + objects.metadataUpdated + objects.deleted
        breaks("a second run changes \(report)", unless: changes == 0 && report.stop == nil && objects.failed == 0)
        let effects = process.journal.actions.filter { $0.planned.kind != .compare }
        breaks("a second run plans \(effects)", unless: effects.isEmpty)
    }

    private static func luck(_ random: inout SeededRandom) -> SimulatedProcess.Luck {
        var luck = SimulatedProcess.Luck()
        let call = Int.random(in: 1...(random.chance(50) ? 30 : 120), using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: luck.end = .cancelled(call: call)
        case 1, 2: luck.end = .killed(call: call, isCarriedOut: random.chance(50))
        default: luck.end = .none
        }
        if luck.end == .none || random.chance(30) { luck.faults = Int.random(in: 1...15, using: &random) }
        luck.pausesMax = Int.random(in: 0...4, using: &random)
        return luck
    }

    /// Runs one process to its end.
    private func session(
        _ scenario: Scenario, _ journal: MemoryJournal, _ executor: SeededExecutor, _ luck: SimulatedProcess.Luck,
        _ random: inout SeededRandom
    ) async throws -> (SyncReport, SimulatedProcess) {
        let run = journal.begin()
        let process = SimulatedProcess(
            scenario.mode, journal: run, executor: executor, luck: luck, seed: random.next())
        let recorder = Recorder()
        let session = SyncSession(
            source: SyncLocation(
                backend: SimulatedBackend(scenario.source, .source, beside: scenario.target, of: process, journal)),
            target: SyncLocation(
                backend: SimulatedBackend(scenario.target, .target, beside: scenario.source, of: process, journal)),
            options: scenario.options, observer: recorder, journal: run, executor: executor)
        let task = Task(executorPreference: executor) { await session.run() }
        process.onInterruption { task.cancel() }
        let report = await task.value
        if !process.isDead {
            checkOutcomes(report, recorder)
            if report.stop == nil { run.end() } else { run.close() }
        }
        for violation in process.violations { breaks(violation) }
        reached.withLock { $0.formUnion(process.marks) }
        return (report, process)
    }

    /// Every pair ends in exactly one outcome, and the account adds up.
    private func checkOutcomes(_ report: SyncReport, _ recorder: Recorder) {
        let isRestarted = recorder.notices.contains { $0.contains("listing again") }
        if !isRestarted {
            for (key, outcomes) in recorder.byKey where outcomes.count > 1 && !key.isRoot {
                // A source object that could not be deleted is told beside the outcome of its copy.
                let others = outcomes.filter { $0.action != .failed || $0.evidence != .problem }
                breaks("\(key) has the outcomes \(outcomes.map(\.action))", unless: others.count <= 1)
            }
        }
        guard report.stop == nil else { return }
        let objects = report.objects
        let sum =
            objects.transferred + objects.serverCopied + objects.metadataUpdated + objects.skipped + objects.failed
        breaks("listed \(objects.listedSource), accounted for \(sum)", unless: objects.listedSource == sum)
    }
}
