// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

extension EndToEnd {
    /// For random trees, times and flags, `--dry-run` decides what that of the real rclone does.
    @Suite struct ActionDifferentialTests {
        private static let environment = ProcessInfo.processInfo.environment
        private static let one = environment["GODWIT_TEST_SEED"].flatMap(UInt64.init)
        /// All of 2,000 in `make test-full`, some otherwise. GODWIT_TEST_SEED replays one.
        private static let seeds =
            one.map { [$0] } ?? Array(0..<(environment["GODWIT_TEST_RULES"].flatMap(UInt64.init) ?? 40))
        /// Seeds that share a pair of trees.
        private static let shared: UInt64 = 20

        private static let comparing: [[String]] = [
            [], [], ["--size-only"], ["--checksum"], ["--update"], ["--ignore-existing"], ["--ignore-times"],
            ["--modify-window", "2h"], ["--ignore-size"], ["--immutable"], ["--update", "--modify-window", "2h"],
            ["--checksum", "--ignore-size"], ["--update", "--checksum"], ["--immutable", "--size-only"],
        ]
        private static let selecting: [[String]] = [
            ["--max-depth", "2"], ["--min-size", "5B"], ["--max-size", "1K"], ["--exclude", "a/**"],
            ["--include", "*.e"], ["--filter", "- d*/"], ["--exclude", "/m"], ["--min-age", "2017-01-01"],
            ["--max-age", "2016-06-01"], ["--hash-filter", "1/2"], ["--include", "{a,n}/**"], ["--ignore-case"],
        ]
        private static let deleting: [[String]] = [
            [], [], ["--delete-excluded"], ["--delete-before"], ["--delete-during"], ["--delete-after"],
        ]

        private func flags(_ random: inout SeededRandom) -> [String] {
            var flags = [Bool.random(using: &random) ? "sync" : "copy"]
            flags += Self.comparing.randomElement(using: &random) ?? []
            for _ in 0..<Int.random(in: 0...2, using: &random) {
                flags += Self.selecting.randomElement(using: &random) ?? []
            }
            if flags[0] == "sync" { flags += Self.deleting.randomElement(using: &random) ?? [] }
            return flags
        }

        private struct Event: Decodable {
            var key: String?
            var action: String?
        }

        private struct LogLine: Decodable {
            var object: String?
            var skipped: String?
        }

        private func ours(_ outcome: ChildProcess.Outcome) -> [String: String] {
            var actions: [String: String] = [:]
            for line in outcome.output.split(separator: 0x0a) {
                guard let event = try? JSONDecoder().decode(Event.self, from: line), let key = event.key else {
                    continue
                }
                switch event.action {
                case "would_transfer", "would_server_copy": actions[key] = "copy"
                case "would_update_metadata": actions[key] = "update modification time"
                case "would_delete": actions[key] = "delete"
                default: break
                }
            }
            return actions
        }

        private func theirs(_ outcome: ChildProcess.Outcome) -> [String: String] {
            var actions: [String: String] = [:]
            for line in outcome.errors.split(separator: 0x0a) {
                guard let event = try? JSONDecoder().decode(LogLine.self, from: line), let key = event.object,
                    let action = event.skipped, !action.contains("director")
                else { continue }
                actions[key] = action
            }
            return actions
        }

        @Test func decidesAsRcloneDoes() async throws {
            let godwit = try Godwit()
            var trees: UInt64?
            let (source, target) = (godwit.scratch.path("source"), godwit.scratch.path("target"))
            for seed in Self.seeds {
                if trees != seed / Self.shared {
                    trees = seed / Self.shared
                    var random = SeededRandom(seed: seed / Self.shared + 7_000)
                    let pair = MutatedPair(seed: seed / Self.shared, using: &random)
                    for (path, tree) in [(source, pair.source), (target, pair.target)] {
                        try? FileManager.default.removeItem(atPath: path)
                        _ = try godwit.scratch.directory(URL(fileURLWithPath: path).lastPathComponent)
                        try tree.write(to: path)
                    }
                }
                var random = SeededRandom(seed: seed)
                let words = flags(&random) + ["--dry-run", source, target]
                let rclone = try ChildProcess(
                    [Programs.rclone, "--config", "/dev/null", "--no-unicode-normalization", "--use-json-log"] + words,
                    environment: Programs.environment)
                let own = words[0] == "sync" ? ["--allow-empty-source"] : []
                let outcome = try await godwit.start(words + own + ["--json", "--no-journal"]).end(within: 60)
                let other = try await rclone.end(within: 60)
                #expect(outcome.status != 2 && other.status != 2, "seed \(seed): \(words)\n\(outcome.errorText)")
                let mine = ours(outcome)
                var expected = theirs(other)
                if words.contains("--immutable") {
                    // rclone's dry run says what its run refuses, and deletes before it knows of that.
                    let deletes = mine.values.contains("delete")
                    expected = expected.filter { $0.value == "copy" || $0.value == "delete" && deletes }
                }
                if words.contains("--max-depth"), words.contains("--delete-excluded") {
                    // rclone deletes at any depth below what is only at the target; ours looks no deeper there either.
                    expected = expected.filter { $0.value != "delete" || $0.key.count(where: { $0 == "/" }) < 2 }
                }
                let differing = Set(mine.keys).union(expected.keys).filter { mine[$0] != expected[$0] }.sorted()
                #expect(
                    differing.isEmpty,
                    "seed \(seed): \(words) \(differing.prefix(5).map { "\($0): \(mine[$0] ?? "-") for \(expected[$0] ?? "-")" })"
                )
            }
        }
    }
}
