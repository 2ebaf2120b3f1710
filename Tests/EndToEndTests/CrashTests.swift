// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

extension EndToEnd {
    /// Killed at some moment and run again, a command ends as if nothing had happened, and does nothing twice.
    @Suite struct CrashTests {
        /// 200 crashes in `make test-full`, some otherwise; `GODWIT_TEST_SEED` replays one.
        private static let seeds: [Int] = {
            let environment = ProcessInfo.processInfo.environment
            if let one = environment["GODWIT_TEST_SEED"].flatMap(Int.init) { return [one] }
            return Array(0..<(environment["GODWIT_TEST_CRASHES"].flatMap(Int.init) ?? 8))
        }()

        @Test func killed() async throws {
            let store = try #require(Store.seaweedfs)
            let fixture = try await CrashFixture(store, mebibytes: Self.seeds.count > 8 ? 64 : 32)
            var durations: [CrashScene.Way: Duration] = [:]
            for seed in Self.seeds {
                let way = CrashScene.Way.allCases[seed % CrashScene.Way.allCases.count]
                let duration: Duration
                if let known = durations[way] {
                    duration = known
                } else {
                    let scene = try await CrashScene(way, fixture)
                    let whole = try await scene.run()
                    try await judge(scene, end: whole, "\(way), not killed")
                    duration = whole.elapsed
                    durations[way] = duration
                }
                var random = SeededRandom(seed: UInt64(seed))
                var moments = [duration * Double.random(in: 0.02...1, using: &random)]
                for _ in 0..<([0, 0, 1, 2].randomElement(using: &random) ?? 0) {
                    moments.append(duration * Double.random(in: 0.02...0.8, using: &random))
                }
                let replay = "GODWIT_TEST_SEED=\(seed) swift test --filter CrashTests"
                try await crash(try await CrashScene(way, fixture), moments, "\(way), killed at \(moments): \(replay)")
            }
        }

        /// Kills the scene's command at `moments` of one run after the other, and lets the next one end.
        private func crash(_ scene: CrashScene, _ moments: [Duration], _ name: String) async throws {
            var runs: [CrashedRun] = []
            for moment in moments + [nil] as [Duration?] {
                let run = try await scene.run(killedAfter: moment)
                if let earlier = runs.last { expectNothingTwice(scene, run, after: earlier, runs, name) }
                runs.append(run)
                if moment != nil {
                    #expect([0, 128 + SIGKILL].contains(run.outcome.status), "\(name)\n\(run.outcome.errorText)")
                    expectNothingWrong(scene, run, name)
                }
            }
            if let end = runs.last { try await judge(scene, end: end, name) }
        }

        /// What holds at every moment: no content is visible that is neither old nor new, nothing is deleted before all
        /// is transferred, and what moves is at one place at least.
        private func expectNothingWrong(_ scene: CrashScene, _ run: CrashedRun, _ name: String) {
            for (key, states) in run.target.seen {
                let right = [scene.want[key]?.md5, scene.extras[key]?.md5]
                #expect(states.allSatisfy { right.contains($0) }, "\(key) is visible with other content. \(name)")
            }
            if scene.extras.contains(where: { run.target.objects[$0.key] == nil }) {
                for (key, object) in scene.want {
                    #expect(run.target.objects[key] == object, "deleted before \(key) was there. \(name)")
                }
            }
            for (key, object) in scene.want {
                let isThere = run.source.objects[key] == object || run.target.objects[key] == object
                #expect(isThere, "\(key) is lost. \(name)")
            }
        }

        /// What the last run has to leave.
        private func judge(_ scene: CrashScene, end: CrashedRun, _ name: String) async throws {
            #expect(end.outcome.status == 0, "exit \(end.outcome.status). \(name)\n\(end.outcome.errorText)")
            expectNothingWrong(scene, end, name)
            let wrong = Set(scene.want.keys).union(end.target.objects.keys)
                .filter { scene.want[$0] != end.target.objects[$0] }
            #expect(wrong.isEmpty, "the target differs. \(name)")
            #expect(end.target.uploads.map(\.key) == [], "left at the target. \(name)")
            #expect(end.source.uploads.map(\.key) == [], "left at the source. \(name)")
            if scene.way.isMove {
                #expect(end.source.objects.isEmpty, "not moved. \(name)")
            } else {
                let again = try await scene.godwit.summary(of: scene.command)
                #expect(again.changedNothing, "a further run changed something: \(again). \(name)")
            }
            try await scene.proxy.end()
        }

        /// What was whole when the process died is not transferred again: no object, and no part but those in flight.
        private func expectNothingTwice(
            _ scene: CrashScene, _ run: CrashedRun, after earlier: CrashedRun, _ all: [CrashedRun], _ name: String
        ) {
            for (key, object) in scene.want where earlier.target.objects[key] == object {
                #expect(run.transfers(of: key, scene.way).isEmpty, "\(key) was whole, and is transferred. \(name)")
            }
            let large = CrashScene.large
            guard let whole = scene.want[large], earlier.target.objects[large] != whole else { return }
            let size = { (part: Int) in
                min(CrashScene.partSize, scene.largeSize - (part - 1) * CrashScene.partSize)
            }
            let done = all.flatMap { $0.finished(large, scene.way) }
            let passed = run.transfers(of: large, scene.way)
            let finished: Int
            let again: Int
            if scene.way.isDownload {
                finished = Dictionary(done.map { ($0.range, $0.received) }) { $1 }.values.reduce(0, +)
                again = passed.reduce(0) { $0 + $1.received }
            } else {
                let there = earlier.target.uploads.filter { $0.key == large }.flatMap(\.parts.keys).compactMap(Int.init)
                finished = Set(done.compactMap(\.part)).intersection(there).map(size).reduce(0, +)
                again =
                    scene.way.isWithin
                    ? passed.compactMap(\.part).map(size).reduce(0, +) : passed.reduce(0) { $0 + $1.sent }
            }
            let most = scene.largeSize - finished
            #expect(again <= most, "\(finished) bytes were there, \(again) are transferred again. \(name)")
        }
    }
}
