// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// The engine under seeded schedules, faults and crashes: what must hold of every run holds of these.
///
/// `GODWIT_TEST_SCHEDULES` says how many; `GODWIT_TEST_SEED` replays one.
@Suite struct SimulationTests {
    private static let environment = ProcessInfo.processInfo.environment

    private static var seeds: Range<UInt64> {
        if let seed = environment["GODWIT_TEST_SEED"].flatMap(UInt64.init) { return seed..<seed + 1 }
        return 1..<1 + (environment["GODWIT_TEST_SCHEDULES"].flatMap(UInt64.init) ?? 300)
    }

    @Test(arguments: 0..<2) func everyInvariantHoldsOfEverySchedule(shard: Int) async {
        let seeds = Self.seeds.filter { Int($0 % 2) == shard }
        let (failures, marks) = await Self.onThread {
            var failures = [(seed: UInt64, broken: [String])](), marks: Set<SimulatedProcess.Mark> = []
            for seed in seeds where failures.count < 10 {
                let schedule = Schedule(seed: seed)
                let broken = schedule.run()
                if !broken.isEmpty { failures.append((seed, broken)) }
                marks.formUnion(schedule.marks)
            }
            return (failures, marks)
        }
        // Schedules that reach nothing prove nothing.
        if seeds.count >= 100 { #expect(marks == Set(SimulatedProcess.Mark.allCases)) }
        for failure in failures {
            Issue.record(
                """
                seed \(failure.seed): \(failure.broken.joined(separator: "\n    "))
                replay: GODWIT_TEST_SEED=\(failure.seed) swift test --filter SimulationTests
                """)
        }
    }

    /// Runs `body` on a thread of its own: it blocks.
    private static func onThread<R: Sendable>(_ body: @escaping @Sendable () -> R) async -> R {
        await withCheckedContinuation { continuation in
            let thread = Thread { continuation.resume(returning: body()) }
            thread.stackSize = 8 << 20
            thread.start()
        }
    }
}
