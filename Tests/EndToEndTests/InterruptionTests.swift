// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import Testing

extension EndToEnd {
    /// What happens when a run is stopped, or the world moves under it.
    @Suite struct InterruptionTests {
        private func largeSource(_ godwit: Godwit, mebibytes: Int) throws -> (path: String, tree: FileTree) {
            var random = SeededRandom(seed: 21)
            var tree = FileTree()
            tree["large"] = random.file(mebibytes << 20)
            for number in 0..<20 { tree["small/\(number)"] = random.file(500) }
            let source = try godwit.scratch.directory("source")
            try tree.write(to: source)
            return (source, tree)
        }

        @Test("Ctrl-C ends with 130, leaves nothing partial, and the same command completes", arguments: [1, 2])
        func interrupt(times: Int) async throws {
            let godwit = try Godwit()
            let store = try #require(Store.seaweedfs)
            let bucket = try await store.makeBucket("stop")
            let (source, tree) = try largeSource(godwit, mebibytes: 24)
            let command = ["sync", "--s3-chunk-size", "5M", source, store.location(bucket)]
            let process = try godwit.start(command + ["--bwlimit", "3M"])
            try await Task.sleep(for: .seconds(2))
            for _ in 0..<times {
                process.signal(SIGINT)
                try await Task.sleep(for: .milliseconds(200))
            }
            let outcome = try await process.end(within: 20)
            #expect(outcome.status == 130, "exit \(outcome.status) \(outcome.errorText)")
            #expect(!outcome.timedOut)
            #expect(!(try await store.keys(bucket).contains("large")))
            // It is continued.
            if times == 1 { #expect(try await store.unfinishedUploads(bucket) == ["large"]) }
            let again = try await godwit.summary(of: command)
            #expect(again.addsUp)
            #expect(try await store.unfinishedUploads(bucket) == [])
            try await godwit("sync", store.location(bucket), godwit.scratch.path("back"))
            #expect(tree.differences(from: try FileTree(reading: godwit.scratch.path("back"))) == [])
        }

        @Test("a stopped download leaves no half file")
        func interruptedDownload() async throws {
            let godwit = try Godwit()
            let store = try #require(Store.seaweedfs)
            let bucket = try await store.makeBucket("stop")
            let (source, tree) = try largeSource(godwit, mebibytes: 24)
            try await godwit("copy", source, store.location(bucket))
            let target = godwit.scratch.path("target")
            let process = try godwit.start(["sync", "--bwlimit", "3M", store.location(bucket), target])
            try await Task.sleep(for: .seconds(2))
            process.signal(SIGINT)
            let outcome = try await process.end(within: 20)
            #expect(outcome.status == 130, "exit \(outcome.status) \(outcome.errorText)")
            let left = try FileTree(reading: target)
            for (path, file) in left.files where !String(decoding: path, as: UTF8.self).hasSuffix(".partial") {
                #expect(tree.files[path] == file, "a partial file is visible")
            }
            try await godwit("sync", store.location(bucket), target)
            #expect(tree.differences(from: try FileTree(reading: target)) == [])
        }

        @Test("a file that changes while it is read arrives whole or not at all")
        func changingFile() async throws {
            let godwit = try Godwit()
            let store = try #require(Store.seaweedfs)
            let bucket = try await store.makeBucket("change")
            let (source, before) = try largeSource(godwit, mebibytes: 16)
            let process = try godwit.start(
                ["copy", "--bwlimit", "4M", "--s3-chunk-size", "5M", source, store.location(bucket)])
            try await Task.sleep(for: .seconds(2))
            var random = SeededRandom(seed: 22)
            try FileTree.write(random.file(16 << 20), at: Array("\(source)/large".utf8))
            let outcome = try await process.end(within: 90)
            let now = try FileTree(reading: source)
            if outcome.status == 0 {
                try await godwit("copy", store.location(bucket), godwit.scratch.path("back"))
                // It may have been read to its end before it changed.
                let arrived = try FileTree(reading: godwit.scratch.path("back"))["large"]
                #expect(arrived != nil && (arrived == now["large"] || arrived == before["large"]))
            } else {
                #expect(outcome.status == 6, "exit \(outcome.status) \(outcome.errorText)")
                #expect(!(try await store.keys(bucket).contains("large")))
            }
        }

        @Test("a source object that vanishes is a failure, and the target's copy stays")
        func vanishing() async throws {
            let godwit = try Godwit()
            let store = try #require(Store.seaweedfs)
            let bucket = try await store.makeBucket("vanish")
            let (source, _) = try largeSource(godwit, mebibytes: 12)
            try await store.put(bucket, [("zlast", "the target's own copy")])
            var random = SeededRandom(seed: 23)
            // In parts like the first, behind which it has to wait.
            try FileTree.write(random.file(9 << 20), at: Array("\(source)/zlast".utf8))
            let process = try godwit.start(
                ["sync", "--transfers", "1", "--bwlimit", "4M", source, store.location(bucket)])
            try await Task.sleep(for: .seconds(1))
            try FileManager.default.removeItem(atPath: source + "/zlast")
            let outcome = try await process.end(within: 90)
            #expect(outcome.status == 6, "exit \(outcome.status) \(outcome.errorText)")
            #expect(try await store.objects(bucket)["zlast"]?.size == 21)
        }
    }
}
