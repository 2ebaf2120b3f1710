// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

extension EndToEnd {
    /// Behind a proxy that spoils requests by seed, every run ends right or with a clear error, and never wrong.
    @Suite struct ChaosTests {
        /// 500 seeds in `make test-full`, some otherwise; `GODWIT_TEST_SEED` replays one.
        private static let seeds: [Int] = {
            let environment = ProcessInfo.processInfo.environment
            if let one = environment["GODWIT_TEST_SEED"].flatMap(Int.init) { return [one] }
            return Array(1...(environment["GODWIT_TEST_CHAOS"].flatMap(Int.init) ?? 12))
        }()
        /// Most of their time the runs wait, so several go side by side.
        private static let width = 6

        @Test("SeaweedFS", .enabled(if: Store.ceph == nil))
        func seaweedfs() async throws { try await chaos(try #require(Store.seaweedfs)) }

        @Test("Ceph", .enabled(if: Store.ceph != nil))
        func ceph() async throws { try await chaos(try #require(Store.ceph)) }

        private func chaos(_ store: Store) async throws {
            let bucket = try await store.makeBucket("chaos")
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (index, seed) in Self.seeds.enumerated() {
                    if index >= Self.width { try await group.next() }
                    group.addTask { try await Self.run(ChaosScene(seed: seed, store, bucket)) }
                }
                try await group.waitForAll()
            }
        }

        private static func run(_ scene: ChaosScene) async throws {
            let proxy = try await ChaosProxy(scene.store, seed: scene.seed, rate: scene.rate)
            let outcome = try await scene.godwit.start(scene.command(behind: proxy)).end(within: 180)
            let exchanges = try await proxy.settled()
            try await proxy.end()
            let spoiled = exchanges.compactMap { exchange in
                exchange.fault.map { "\($0): \(exchange.method) \(exchange.path)?\(exchange.query.prefix(90))" }
            }
            let name = """
                seed \(scene.seed) (\(scene.mode) \(scene.way)), exit \(outcome.status): \
                GODWIT_TEST_SEED=\(scene.seed) swift test --filter ChaosTests
                \(outcome.errorText.suffix(2_000))
                \(spoiled.joined(separator: "\n"))
                """
            #expect(!outcome.timedOut, "it hangs. \(name)")
            var now = try await Observer(scene.target, scene.source).end()
            scene.expectNothingWrong(target: now[0], source: now[1], name)
            if outcome.status != 0 {
                // What the manual says of stores and networks that fail, and of nothing else.
                #expect([5, 6, 11].contains(outcome.status), "\(name)")
                #expect(!outcome.errorText.isEmpty, "in silence. \(name)")
                let again = try await scene.godwit.start(scene.command(behind: nil)).end(within: 180)
                #expect(again.status == 0, "it cannot be completed: \(again.errorText) \(name)")
                now = try await Observer(scene.target, scene.source).end()
            }
            scene.expectEnd(target: now[0], source: now[1], name)
            // An upload that a proxy began a second time is known to nobody.
            let isBegunTwice = exchanges.contains { $0.fault == "twice" && $0.query.hasPrefix("uploads") }
            if outcome.status == 0, !isBegunTwice { #expect(now[0].uploads.map(\.key) == [], "left. \(name)") }
            try await scene.remove()
        }
    }
}
