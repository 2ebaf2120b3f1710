// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import Testing

extension EndToEnd {
    /// What earlier runs leave to later ones: their history, what they did not finish, their locks and their state.
    @Suite struct RunsTests {
        /// A binary that knows `store` as the remote `s:`, so that no secret is on its command lines.
        private static func godwit(_ store: Store) throws -> Godwit {
            var godwit = try Godwit()
            godwit.name(store, "s")
            return godwit
        }

        /// A directory of `count` small files.
        private static func tree(_ godwit: Godwit, _ count: Int) throws -> (path: String, tree: FileTree) {
            var random = SeededRandom(seed: 51)
            var tree = FileTree()
            for number in 0..<count { tree[String(format: "d%d/%04d", number % 3, number)] = random.file(900) }
            let path = try godwit.scratch.directory("source")
            try tree.write(to: path)
            return (path, tree)
        }

        /// Begins `command` and kills it once the proxy has let `passing` of its uploads through.
        private static func kill(_ godwit: Godwit, _ command: [String], _ proxy: ChaosProxy, after passing: Int)
            async throws
        {
            let process = try godwit.start(command)
            while !process.hasEnded, try proxy.exchanges.count(where: { $0.method == "PUT" }) < passing {
                try await Task.sleep(for: .milliseconds(5))
            }
            // What is told to the journal is there soon after.
            try await Task.sleep(for: .seconds(1))
            process.signal(SIGKILL)
            #expect(try await process.end(within: 60).status == 128 + SIGKILL)
        }

        private static func runs(_ godwit: Godwit) async throws -> [Listed] {
            try await godwit("runs", "list", "--json").lines.map {
                try JSONDecoder().decode(Listed.self, from: Data($0.utf8))
            }
        }

        private struct Listed: Decodable {
            var run, state, command, source, target: String
            var exit: Int32?
        }

        @Test("an interrupted run is shown, resumed after its last key, and then done")
        func resume() async throws {
            let store = try #require(Store.seaweedfs)
            let proxy = try await ChaosProxy(store, hold: ("PUT", after: 1_800))
            let godwit = try Self.godwit(store.behind(port: proxy.port))
            let (source, tree) = try Self.tree(godwit, 3_000)
            let bucket = try await store.makeBucket("resume")
            try await Self.kill(godwit, ["sync", source, "s:" + bucket], proxy, after: 1_800)
            let listed = try await Self.runs(godwit)
            #expect(listed.map(\.state) == ["interrupted"] && listed[0].exit == nil)
            let id = listed[0].run
            let shown = try await godwit("runs", "show").text
            #expect(
                shown.contains(id) && shown.contains("interrupted") && shown.contains("dealt with up to"), "\(shown)")
            // Before the key that was reached nothing is looked at again, but what was not settled: some may not be.
            let removed = (0..<300).map { String(format: "d0/%04d", $0 * 3) }
            for path in removed { try FileManager.default.removeItem(atPath: source + "/" + path) }
            let resumed = try await godwit("runs", "resume", String(id.prefix(id.count - 1)))
            #expect(resumed.errorText.contains("up to"), "\(resumed.errorText)")
            let keys = Set(try await store.keys(bucket)), left = keys.intersection(removed).count
            #expect(left > 200 && keys.union(removed) == Set(tree.paths), "\(left) of those that were removed")
            #expect(try await Self.runs(godwit).map(\.state) == ["done", "interrupted"])
            // The same command looks at everything.
            let again = try await godwit.summary("sync", source, "s:" + bucket)
            #expect(again.objects.deleted == left && again.objects.transferred == 0)
            try await godwit("runs", "resume", exit: 2)
            try await proxy.end()
            #expect(try await godwit("runs", "forget", id).errorText.contains("forgot 1 run"))
            #expect(try await !Self.runs(godwit).contains { $0.run == id })
        }

        @Test("what failed is reported by object, and tried again alone")
        func failedOnly() async throws {
            let godwit = try Godwit()
            let (source, tree) = try Self.tree(godwit, 30)
            let target = try godwit.scratch.directory("target")
            for name in ["d0/0003", "d1/0010"] {
                try FileTree.write(
                    FileTree.File(content: Data(), modified: 0), at: Array("\(target)/\(name)/in the way".utf8))
            }
            try await godwit("copy", source, target, exit: 6)
            let report = try await godwit("runs", "report").lines
            #expect(report.count { $0.contains("\"failed\"") && $0.contains("\"key\"") } == 2, "\(report)")
            #expect(report.last?.contains("\"type\":\"summary\"") == true)
            let shown = try await godwit("runs", "show").text
            #expect(shown.contains("d0/0003: ") && shown.contains("d1/0010: "), "\(shown)")
            // Only the failed are tried: what else is missing stays so.
            for path in ["d0/0003", "d1/0010", "d2/0002"] {
                try FileManager.default.removeItem(atPath: "\(target)/\(path)")
            }
            try await godwit("runs", "resume", "--failed-only")
            let left = tree.differences(from: try FileTree(reading: target))
            #expect(left.count == 1 && left[0].contains("d2/0002"), "\(left)")
        }

        @Test("one target is one run's: the second ends with 12 and names the first, which death frees")
        func lock() async throws {
            let store = try #require(Store.seaweedfs)
            let proxy = try await ChaosProxy(store, hold: ("PUT", after: 3))
            var godwit = try Self.godwit(store.behind(port: proxy.port))
            let (source, _) = try Self.tree(godwit, 60)
            let bucket = try await store.makeBucket("lock")
            let process = try godwit.start(["sync", source, "s:" + bucket + "/a"])
            while !process.hasEnded, try proxy.exchanges.count(where: { $0.method == "PUT" }) < 3 {
                try await Task.sleep(for: .milliseconds(5))
            }
            let first = try await Self.runs(godwit)[0]
            #expect(first.state == "running")
            // By another name, and to the same place.
            let second = try await godwit("sync", source, "s:" + bucket + "/a/", exit: 12)
            #expect(second.errorText.contains(first.run), "\(second.errorText)")
            try await godwit("runs", "resume", exit: 2)
            process.signal(SIGKILL)
            _ = try await process.end(within: 60)
            try await proxy.end()
            godwit.name(store, "s")
            try await godwit("sync", source, "s:" + bucket + "/a")
        }

        @Test("a lock object holds off the runs of other machines until it expires")
        func lockObject() async throws {
            let store = try #require(Store.seaweedfs)
            let godwit = try Self.godwit(store)
            let (source, _) = try Self.tree(godwit, 5)
            let bucket = try await store.makeBucket("lock")
            let command = ["sync", "--lock", "s:\(bucket)/locks/a", source, "s:\(bucket)/data"]
            #expect(try await godwit.summary(of: command).objects.transferred == 5)
            #expect(try await store.keys(bucket, "locks/") == [], "the lock is not given back")

            try await store.put(bucket, [("locks/a", "2999-01-01T00:00:00Z\nrun r on elsewhere, process 7\n")])
            let refused = try await godwit.start(command).end(within: 60)
            #expect(
                refused.status == 12 && refused.errorText.contains("run r on elsewhere, process 7"),
                "\(refused.errorText)")
            #expect(try await store.keys(bucket, "locks/") == ["locks/a"])

            try await store.put(bucket, [("locks/a", "2020-01-01T00:00:00Z\nrun r on elsewhere, process 7\n")])
            #expect(try await godwit.summary(of: command).changedNothing == false)
            #expect(try await store.keys(bucket, "locks/") == [])

            try await store.put(bucket, [("locks/a", "something else")])
            #expect(try await godwit.start(command).end(within: 60).status == 12)
            #expect(try await store.keys(bucket, "locks/") == ["locks/a"], "what is no lock is gone")
        }

        @Test("secrets of a command line are not written down, and a resume asks for them")
        func secrets() async throws {
            let store = try #require(Store.seaweedfs)
            let proxy = try await ChaosProxy(store, hold: ("PUT", after: 3))
            let godwit = try Godwit()
            let (source, tree) = try Self.tree(godwit, 60)
            let bucket = try await store.makeBucket("secret")
            let held = store.behind(port: proxy.port).location(bucket)
            try await Self.kill(godwit, ["sync", source, held], proxy, after: 3)
            let state = godwit.scratch.path("state/godwit")
            for name in try FileManager.default.subpathsOfDirectory(atPath: state) {
                guard let content = FileManager.default.contents(atPath: "\(state)/\(name)") else { continue }
                #expect(content.range(of: Data("testsecret".utf8)) == nil, "\(name) holds a secret")
            }
            let asked = try await godwit("runs", "resume", exit: 2)
            #expect(asked.errorText.contains("behind --"), "\(asked.errorText)")
            try await godwit("runs", "resume", "--", "sync", source, held)
            try await proxy.end()
            #expect(try await store.keys(bucket).count == tree.files.count)
        }

        @Test(
            "an upload goes on with its missing parts, unless --restart or other metadata is asked for",
            arguments: [([], 3), (["--restart"], 6), (["--content-type", "text/x-other"], 6)])
        func restart(more: [String], parts: Int) async throws {
            let store = try #require(Store.seaweedfs)
            let proxy = try await ChaosProxy(store, hold: ("PUT", after: 3))
            let godwit = try Self.godwit(store.behind(port: proxy.port))
            var random = SeededRandom(seed: 52)
            var tree = FileTree()
            tree["large"] = random.file(30 << 20)
            let source = try godwit.scratch.directory("source")
            try tree.write(to: source)
            let bucket = try await store.makeBucket("restart")
            let command = ["copy", "--s3-chunk-size", "5M", source, "s:" + bucket]
            try await Self.kill(godwit, command, proxy, after: 3)
            #expect(try await store.unfinishedUploads(bucket) == ["large"])
            let again = try await godwit.summary(of: command + more)
            #expect(again.requests.put == parts)
            #expect(try await store.unfinishedUploads(bucket) == [])
            #expect(try await godwit.summary("sync", "--checksum", source, "s:" + bucket).changedNothing)
            try await proxy.end()
        }

        @Test("cleanup ends what is ours, and of others only what is asked for")
        func cleanup() async throws {
            let store = try #require(Store.seaweedfs)
            let proxy = try await ChaosProxy(store, hold: ("PUT", after: 3))
            var godwit = try Self.godwit(store.behind(port: proxy.port))
            var random = SeededRandom(seed: 53), tree = FileTree()
            tree["ours"] = random.file(30 << 20)
            let source = try godwit.scratch.directory("source")
            try tree.write(to: source)
            let bucket = try await store.makeBucket("clean")
            try await Self.kill(godwit, ["copy", "--s3-chunk-size", "5M", source, "s:" + bucket], proxy, after: 3)
            try await proxy.end()
            godwit.name(store, "s")
            try await store.tool("begin", bucket, "theirs")
            try await godwit("cleanup", "--dry-run", "s:" + bucket)
            #expect(Set(try await store.unfinishedUploads(bucket)) == ["ours", "theirs"])
            let swept = try await godwit("cleanup", "s:" + bucket)
            #expect(swept.errorText.contains("aborted 1 unfinished upload"), "\(swept.errorText)")
            #expect(try await store.unfinishedUploads(bucket) == ["theirs"])
            try await godwit("cleanup", "--max-age", "0s", "s:" + bucket)
            #expect(try await store.unfinishedUploads(bucket) == [])
        }

        @Test("the state spares requests, is bounded, and is never believed against the listings")
        func state() async throws {
            let store = try #require(Store.seaweedfs)
            let godwit = try Self.godwit(store)
            let bucket = try await store.makeBucket("state")
            let (target, tree) = try Self.tree(godwit, 40)
            try await Programs.rclone("copy", target, store.location(bucket))
            // Files that changed a moment ago are not believed to stay as they are.
            try await Task.sleep(for: .milliseconds(2_100))
            let command = ["sync", "s:" + bucket, target]
            let evidence = { () async throws in
                let told = try await godwit.start(command + ["--log-level", "debug"]).end(within: 60).errorText
                return (compared: told.contains("(contents)"), known: told.contains("proven by an earlier run"))
            }
            let first = try await evidence(), second = try await evidence()
            #expect(first == (true, false))
            #expect(second == (false, true))
            let third = try await godwit.summary(of: command)
            #expect(third.changedNothing && third.requests.head == 0 && third.requests.get == 0)
            // Same size and time, other content: by its inode it is another file.
            let path = target + "/d0/0000", old = try #require(tree["d0/0000"])
            let other = Data(repeating: 7, count: old.content.count)
            try FileManager.default.removeItem(atPath: path)
            try FileTree.write(FileTree.File(content: other, modified: old.modified), at: Array(path.utf8))
            #expect(try await godwit.summary(of: command).objects.transferred == 1)
            #expect(tree.differences(from: try FileTree(reading: target)) == [])
            let states = godwit.scratch.path("state/godwit/state")
            let bytes = {
                try FileTree(reading: states).files.values.reduce(0) { $0 + $1.content.count }
            }
            #expect(try bytes() > 0)
            try await godwit("sync", "--state-max", "0", "s:" + bucket, target)
            #expect(try bytes() == 0)
        }

        @Test("without a journal a run says so and goes on")
        func withoutJournal() async throws {
            var godwit = try Godwit()
            let (source, tree) = try Self.tree(godwit, 10)
            try await godwit("copy", "--no-journal", source, godwit.scratch.path("a"))
            #expect(try await godwit("runs", "list").text.isEmpty)
            // Where it can be kept there is nothing to say, the first time neither.
            let first = try await godwit("copy", source, godwit.scratch.path("first"))
            #expect(first.errorText.split(separator: "\n").count == 1, "\(first.errorText)")
            // The state directory would have to be made in a file.
            let file = godwit.scratch.path("file")
            #expect(FileManager.default.createFile(atPath: file, contents: nil))
            godwit.environment["XDG_STATE_HOME"] = file
            let warned = try await godwit("copy", source, godwit.scratch.path("b"))
            #expect(warned.errorText.contains("goes on without"), "\(warned.errorText)")
            #expect(tree.differences(from: try FileTree(reading: godwit.scratch.path("b"))) == [])
            try await godwit("sync", "--keep-undo", source, godwit.scratch.path("c"), exit: 2)
            #expect(!FileManager.default.fileExists(atPath: godwit.scratch.path("c")), "something was changed")
        }
    }
}
