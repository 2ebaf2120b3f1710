// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

extension EndToEnd {
    /// `--max-transfer`, `--max-duration` and `--cutoff-mode`: exit codes and amounts as rclone's, and a next run that does
    /// the rest.
    @Suite struct LimitTests {
        private func tree(_ count: Int, size: Int) -> FileTree {
            var random = SeededRandom(seed: 8)
            var tree = FileTree()
            for index in 0..<count { tree["file-\(index + 100)"] = random.file(size) }
            return tree
        }

        @Test(arguments: ["hard", "SOFT", "cautious"], ["25Ki", "30Ki", "0", "9Ki"])
        func bytes(mode: String, max: String) async throws {
            let godwit = try Godwit()
            let source = try godwit.scratch.directory("source")
            let tree = tree(10, size: 10 << 10)
            try tree.write(to: source)
            let (ours, theirs) = (godwit.scratch.path("ours"), godwit.scratch.path("theirs"))
            let flags = ["--max-transfer", max, "--cutoff-mode", mode, "--transfers", "1"]
            let summary = try await godwit.summary(of: ["sync", source, ours] + flags, exit: 8)
            let words = [Programs.rclone, "--config", "/dev/null", "sync", source, theirs, "--checkers", "1"] + flags
            let outcome = try await ChildProcess(words, environment: Programs.environment).end(within: 60)
            #expect(outcome.status == 8, "rclone: \(outcome.errorText)")
            let (mine, other) = (try files(ours), try files(theirs))
            #expect(summary.objects.transferred == mine.count && summary.objects.failed == 0)
            // A hard limit interrupts one of rclone's files; here a small object is not taken apart.
            #expect(mode == "hard" ? mine.count - other.count <= 1 : mine.count == other.count, "\(mine) \(other)")
            try await godwit("sync", source, ours)
            #expect(tree.differences(from: try FileTree(reading: ours)) == [])
        }

        @Test(arguments: ["hard", "soft"])
        func time(mode: String) async throws {
            let godwit = try Godwit()
            let store = try #require(Store.seaweedfs)
            let bucket = try await store.makeBucket("limit")
            let source = try godwit.scratch.directory("source")
            let tree = tree(12, size: 1 << 20)
            try tree.write(to: source)
            let begun = ContinuousClock.now
            let command = ["sync", source, store.location(bucket)]
            // Two objects a second: the limit falls into the middle of one.
            let flags = ["--max-duration", "2.25s", "--cutoff-mode", mode, "--bwlimit", "2M", "--transfers", "1"]
            let summary = try await godwit.summary(of: command + flags, exit: 10)
            #expect(.now - begun < .seconds(30) && summary.objects.transferred < 12 && summary.objects.failed == 0)
            // A hard limit may come between the last byte of an object and its answer: then it is there, and is not counted.
            let there = try await store.keys(bucket).count
            #expect((0...(mode == "hard" ? 1 : 0)).contains(there - summary.objects.transferred))
            let runs = try await godwit("runs", "list")
            #expect(runs.text.contains("interrupted"), "\(runs.text)")
            let rest = try await godwit.summary(of: command)
            #expect(rest.objects.transferred == 12 - there)
            #expect(try await store.unfinishedUploads(bucket) == [])
        }

        /// What is there of a large object when the time is over serves the next run.
        @Test func partsAreTakenUp() async throws {
            let godwit = try Godwit()
            let store = try #require(Store.seaweedfs)
            let bucket = try await store.makeBucket("limit")
            let source = try godwit.scratch.directory("source")
            let tree = tree(1, size: 30 << 20)
            try tree.write(to: source)
            let command = [
                "copy", "--s3-chunk-size", "5M", "--s3-upload-concurrency", "1", source, store.location(bucket),
            ]
            try await godwit(command + ["--max-transfer", "12M", "--bwlimit", "8M"], exit: 8)
            #expect(try await store.keys(bucket) == [])
            let rest = try await godwit.summary(of: command)
            #expect(rest.objects.transferred == 1 && (1..<6).contains(rest.requests.put), "\(rest)")
            #expect(try await store.unfinishedUploads(bucket) == [])
        }

        @Test func deletesNothing() async throws {
            let godwit = try Godwit()
            let source = try godwit.scratch.directory("source"), target = try godwit.scratch.directory("target")
            try tree(10, size: 1000).write(to: source)
            try Data("mine".utf8).write(to: URL(fileURLWithPath: target + "/gone"))
            for mode in ["hard", "soft", "cautious"] {
                let flags = ["--max-transfer", "1500B", "--cutoff-mode", mode, "--transfers", "1"]
                let summary = try await godwit.summary(of: ["sync", source, target] + flags, exit: 8)
                #expect(summary.objects.deleted == 0)
                #expect(FileManager.default.fileExists(atPath: target + "/gone"))
            }
        }

        @Test(arguments: [
            ["--max-transfer", "much"], ["--max-transfer", "-1"], ["--max-duration", "soon"],
            ["--cutoff-mode", "gentle"],
        ])
        func badInput(_ flags: [String]) async throws {
            let godwit = try Godwit()
            let source = try godwit.scratch.directory("source")
            let outcome = try await godwit(["copy", source, godwit.scratch.path("x")] + flags, exit: 2)
            #expect(outcome.errorText.contains(flags[0]), "\(outcome.errorText)")
        }

        private func files(_ path: String) throws -> [String] {
            guard FileManager.default.fileExists(atPath: path) else { return [] }
            return try FileManager.default.contentsOfDirectory(atPath: path).sorted()
        }
    }
}
