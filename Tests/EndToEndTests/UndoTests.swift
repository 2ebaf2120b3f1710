// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import Testing

extension EndToEnd {
    /// A sync that was a mistake is taken back.
    @Suite struct UndoTests {
        enum Place: CaseIterable {
            case directory, store
            /// A bucket that keeps versions.
            case versions
        }

        /// A target of 40 objects, after a sync with `--keep-undo` that replaced, deleted and added some.
        private struct Mistake {
            let godwit: Godwit
            let target: String
            let store: Store
            let bucket: String?
            let before: FileTree

            init(_ place: Place, options: [String] = []) async throws {
                var godwit = try Godwit()
                store = try #require(place == .versions ? Store.moto : Store.seaweedfs)
                godwit.name(store, "s")
                var random = SeededRandom(seed: 61)
                var before = FileTree(), after = FileTree()
                for number in 0..<40 { before["d\(number % 3)/\(number)"] = random.file(700) }
                before["large"] = random.file(6 << 20)
                for number in 20..<50 { after["d\(number % 3)/\(number)"] = random.file(700) }
                after["d1/25"] = before["d1/25"]
                let (old, new) = (try godwit.scratch.directory("old"), try godwit.scratch.directory("new"))
                try before.write(to: old)
                try after.write(to: new)
                bucket = place == .directory ? nil : try await store.makeBucket("undo")
                if place == .versions, let bucket { try await store.tool("version", bucket) }
                target = bucket.map { "s:\($0)/data" } ?? godwit.scratch.path("target/data")
                try await godwit("sync", "--s3-chunk-size", "5M", old, target)
                let outcome = try await godwit.start(["sync", "--keep-undo"] + options + [new, target]).end(within: 120)
                try #require(outcome.status == 0, "\(outcome.errorText)")
                self.godwit = godwit
                self.before = before
            }

            var run: String {
                get async throws {
                    String(try #require(try await godwit("runs", "list").lines.first).prefix { $0 != " " })
                }
            }

            func now() async throws -> FileTree {
                let seen = godwit.scratch.path("seen-\(UUID().uuidString)")
                try await godwit("sync", "--no-journal", target, seen)
                return try FileTree(reading: seen)
            }
        }

        @Test("the target is as it was, times and all", arguments: Place.allCases)
        func undo(_ place: Place) async throws {
            let mistake = try await Mistake(place)
            let godwit = mistake.godwit, run = try await mistake.run
            let wrong = try await mistake.now()
            #expect(!mistake.before.differences(from: wrong).isEmpty)
            let told = try await godwit("runs", "undo", "--dry-run", run)
            #expect(told.errorText.contains("dry run"), "\(told.errorText)")
            #expect(wrong.differences(from: try await mistake.now()) == [], "a dry run changed something")
            try await godwit("runs", "undo", run)
            #expect(mistake.before.differences(from: try await mistake.now()) == [])
            // It is done once.
            try await godwit("runs", "undo", run, exit: 2)
            #expect(mistake.before.differences(from: try await mistake.now()) == [])
            // What was kept is no part of any run, and is removed in the end.
            let root = mistake.bucket.map { "s:\($0)/" } ?? godwit.scratch.path("target")
            let showsTrash = try await godwit("ls", root).text.contains(".godwit-trash/\(run)/")
            #expect(showsTrash == (place != .versions))
            let copied = godwit.scratch.path("copied")
            try await godwit("copy", root, copied)
            #expect(try FileTree(reading: copied).paths.allSatisfy { !$0.contains("trash") })
            try await godwit("cleanup", "--undo-max-age", "0s", mistake.target)
            if let bucket = mistake.bucket {
                #expect(try await mistake.store.keys(bucket, ".godwit-trash/") == [])
            } else {
                let left = try FileTree(reading: godwit.scratch.path("target"))
                #expect(left.paths.allSatisfy { !$0.contains("trash") })
            }
        }

        @Test("what somebody changed since stays and is reported", arguments: Place.allCases)
        func changedSince(_ place: Place) async throws {
            let mistake = try await Mistake(place)
            let godwit = mistake.godwit, run = try await mistake.run
            try await godwit("put", mistake.target + "/d0/21", input: Data("somebody's".utf8))
            try await godwit("put", mistake.target + "/d0/3", input: Data("somebody's".utf8))
            let outcome = try await godwit("runs", "undo", run, exit: 6)
            #expect(outcome.errorText.contains("d0/21") && outcome.errorText.contains("d0/3"), "\(outcome.errorText)")
            let now = try await mistake.now()
            for path in ["d0/21", "d0/3"] {
                #expect(now.files[Array(path.utf8)]?.content == Data("somebody's".utf8), "\(path) is overwritten")
            }
            let others = mistake.before.differences(from: now).filter {
                !$0.contains("\"d0/21\"") && !$0.contains("\"d0/3\"")
            }
            #expect(others == [])
        }

        @Test("a run that went on with another is undone too, and so is a copy of one object")
        func resumedAndSingle() async throws {
            let store = try #require(Store.seaweedfs)
            let proxy = try await ChaosProxy(store, hold: ("PUT", after: 20))
            var godwit = try Godwit()
            godwit.name(store.behind(port: proxy.port), "s")
            var random = SeededRandom(seed: 62)
            var before = FileTree(), after = FileTree()
            for number in 10..<40 {
                before["\(number)"] = random.file(300)
                after["\(number)"] = random.file(310)
            }
            let (old, new) = (try godwit.scratch.directory("old"), try godwit.scratch.directory("new"))
            try before.write(to: old)
            try after.write(to: new)
            let bucket = try await store.makeBucket("undo")
            try await Programs.rclone("copy", old, store.location(bucket))
            let process = try godwit.start(["sync", "--keep-undo", "--transfers", "2", new, "s:" + bucket])
            while !process.hasEnded, try proxy.exchanges.count(where: { $0.method == "PUT" }) < 20 {
                try await Task.sleep(for: .milliseconds(5))
            }
            process.signal(SIGKILL)
            _ = try await process.end(within: 60)
            try await godwit("runs", "resume")
            let runs = try await godwit("runs", "list").lines.map { String($0.prefix { $0 != " " }) }
            #expect(runs.count == 2)
            // The later one first, as one does.
            for run in runs { try await godwit("runs", "undo", run) }
            let seen = godwit.scratch.path("seen")
            try await godwit("sync", "s:" + bucket, seen)
            #expect(before.differences(from: try FileTree(reading: seen)) == [])
            try await proxy.end()

            let directory = try godwit.scratch.directory("directory")
            try before.write(to: directory)
            try await godwit("copy", "--keep-undo", new + "/12", directory)
            #expect(try FileTree(reading: directory)["12"] == after["12"])
            let single = try await godwit("runs", "list").lines.first.map { String($0.prefix { $0 != " " }) }
            try await godwit("runs", "undo", try #require(single))
            #expect(before.differences(from: try FileTree(reading: directory)) == [])
        }

        @Test("a place for what is kept is refused where it is in the way")
        func refusedPlaces() async throws {
            let mistake = try await Mistake(.directory)
            let godwit = mistake.godwit, new = godwit.scratch.path("new")
            let before = try await mistake.now()
            try FileTree.write(FileTree.File(content: Data("x".utf8), modified: 0), at: Array((new + "/more").utf8))
            for place in [mistake.target + "/kept", new + "/kept"] {
                try await godwit("sync", "--keep-undo", "--undo-dir", place, new, mistake.target, exit: 2)
            }
            try await godwit("sync", "--undo-dir", godwit.scratch.path("kept"), new, mistake.target, exit: 2)
            try await godwit("sync", "--keep-undo", "--no-journal", new, mistake.target, exit: 2)
            #expect(before.differences(from: try await mistake.now()) == [], "a refusal changed something")
            let kept = godwit.scratch.path("elsewhere")
            let mended = try await Mistake(.directory, options: ["--undo-dir", kept])
            #expect(FileManager.default.fileExists(atPath: kept))
            try await mended.godwit("runs", "undo", try await mended.run)
            #expect(mended.before.differences(from: try await mended.now()) == [])
        }
    }
}
