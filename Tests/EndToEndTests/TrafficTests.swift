// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import Testing

extension EndToEnd {
    /// `--bwlimit`, also from a file, and `--tpslimit`: what is bounded, and how bounds change while a command runs. Never how
    /// fast something is, which a busy machine decides.
    @Suite struct TrafficTests {
        private func source(_ godwit: Godwit, files: Int, size: Int) throws -> (path: String, tree: FileTree) {
            var random = SeededRandom(seed: 9)
            var tree = FileTree()
            for index in 0..<files { tree["file-\(index + 100)"] = random.file(size) }
            let path = try godwit.scratch.directory("source")
            try tree.write(to: path)
            return (path, tree)
        }

        /// Whether `process` says `text` before it ends, in time.
        private func says(_ process: ChildProcess, _ text: String) async throws -> Bool {
            for _ in 0..<6000 {
                if process.errorsSoFar.contains(text) { return true }
                if process.hasEnded { return process.errorsSoFar.contains(text) }
                try await Task.sleep(for: .milliseconds(10))
            }
            return false
        }

        private func write(_ text: String, _ path: String) throws {
            try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
        }

        @Test("requests go out no more often than --tpslimit says, on both sides together")
        func requestsASecond() async throws {
            let godwit = try Godwit()
            let store = try #require(Store.seaweedfs)
            let (from, to) = (try await store.makeBucket("tps"), try await store.makeBucket("tps"))
            let (path, tree) = try source(godwit, files: 20, size: 1000)
            try await godwit("copy", path, store.location(from))
            let proxy = try await ChaosProxy(store)
            let reached = store.behind(port: proxy.port)
            let limit = ["--tpslimit", "20", "--server-side", "never"]
            let begun = ContinuousClock.now
            let summary = try await godwit.summary(
                of: ["sync", reached.location(from), reached.location(to)] + limit)
            let elapsed = (ContinuousClock.now - begun) / .seconds(1)
            let sent = try await proxy.settled().count
            try await proxy.end()
            #expect(summary.objects.transferred == 20 && summary.addsUp)
            #expect(sent >= 40 && elapsed >= Double(sent - 1) / 20 * 0.95, "\(sent) requests in \(elapsed) s")
            try await godwit("copy", "--tpslimit", "0", store.location(to), godwit.scratch.path("back"))
            let burst = ["--tpslimit", "0.5", "--tpslimit-burst", "100"]
            try await godwit(["check", store.location(to), godwit.scratch.path("back")] + burst)
            #expect(tree.differences(from: try FileTree(reading: godwit.scratch.path("back"))) == [])
        }

        @Test("an object goes no faster than --bwlimit-file says, up and down, in one piece or in parts")
        func bytesOfAnObject() async throws {
            let godwit = try Godwit()
            let store = try #require(Store.seaweedfs)
            let bucket = try await store.makeBucket("each")
            // Two objects side by side, each at its own rate.
            let (path, tree) = try source(godwit, files: 2, size: 6 << 20)
            let limit = ["--bwlimit-file", "3M"]
            for words in [
                ["copy", path, store.location(bucket + "/one")],
                ["copy", path, store.location(bucket + "/parts"), "--s3-chunk-size", "5M", "--s3-upload-cutoff", "5M"],
                ["copy", store.location(bucket + "/one"), godwit.scratch.path("back")],
                ["copy", path, godwit.scratch.path("beside")],
            ] {
                let begun = ContinuousClock.now
                try await godwit(words + limit)
                let elapsed = (ContinuousClock.now - begun) / .seconds(1)
                #expect(elapsed >= 2 * 0.9, "6 MiB at 3 MiB/s in \(elapsed) s: \(words)")
            }
            #expect(tree.differences(from: try FileTree(reading: godwit.scratch.path("back"))) == [])
        }

        @Test("the limit follows its file, and keeps the last one while that says nothing", arguments: [true, false])
        func limitFile(isLocal: Bool) async throws {
            let godwit = try Godwit()
            let store = try #require(Store.seaweedfs)
            let target =
                isLocal ? godwit.scratch.path("target") : store.location(try await store.makeBucket("bwlimit"))
            let (path, tree) = try source(godwit, files: 3, size: 2 << 20)
            let file = godwit.scratch.path("limit")
            try write("10B\n", file)
            let process = try godwit.start(["copy", "-v", "--bwlimit", "@" + file, path, target])
            #expect(try await says(process, "bandwidth limit: 10 B/s"))
            try write("much\n", file)
            #expect(try await says(process, "stays 10 B/s"))
            #expect(process.errorsSoFar.contains("\"much\" is no rate"))
            try write("00:00,20B:20B", file)
            process.signal(SIGHUP)
            #expect(try await says(process, "bandwidth limit: 20 B/s"))
            // At such a limit it would take days.
            #expect(!process.hasEnded)
            try write("off", file)
            let outcome = try await process.end(within: 120)
            #expect(outcome.status == 0, "exit \(outcome.status) \(outcome.errorText)")
            try await godwit("copy", target, godwit.scratch.path("back"))
            #expect(tree.differences(from: try FileTree(reading: godwit.scratch.path("back"))) == [])
        }

        @Test("SIGUSR2 lifts the limit")
        func lifted() async throws {
            let godwit = try Godwit()
            let store = try #require(Store.seaweedfs)
            let bucket = try await store.makeBucket("bwlimit")
            let (path, _) = try source(godwit, files: 2, size: 1 << 20)
            let process = try godwit.start(["copy", "-v", "--bwlimit", "10B", path, store.location(bucket)])
            #expect(try await says(process, "bandwidth limit: 10 B/s"))
            process.signal(SIGUSR2)
            let outcome = try await process.end(within: 120)
            #expect(outcome.status == 0, "exit \(outcome.status) \(outcome.errorText)")
            #expect(outcome.errorText.contains("bandwidth limit lifted by SIGUSR2"))
            #expect(try await store.keys(bucket).count == 2)
        }

        @Test(
            "what cannot be followed is a usage error",
            arguments: [
                (["--bwlimit", "08:00,1M 9:00,off"], "\"9:00,off\""), (["--bwlimit", "08:00,fast"], "\"08:00,fast\""),
                (["--bwlimit", "@/nonexistent/limit"], "/nonexistent/limit"),
                (["--bwlimit", "@/dev/null"], "/dev/null"),
                (["--bwlimit-file", "08:00,1M 19:00,off"], "timetable"),
                (["--tpslimit", "-1"], "--tpslimit"), (["--tpslimit-burst", "2"], "--tpslimit-burst"),
            ])
        func badInput(_ flags: [String], _ named: String) async throws {
            let godwit = try Godwit()
            let source = try godwit.scratch.directory("source")
            let outcome = try await godwit(["copy", source, godwit.scratch.path("x")] + flags, exit: 2)
            #expect(outcome.errorText.contains(named), "\(outcome.errorText)")
        }
    }
}
