// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

extension EndToEnd {
    /// A command dies, then both sides change at places that it was done with, then it is given again.
    @Suite struct ChangesAfterCrashTests {
        /// How far the command gets before it dies.
        enum Death: CaseIterable {
            /// Nine of ten objects are there.
            case transferring
            /// Some of what the source lacks is deleted.
            case deleting
        }

        @Test("nothing is missed, and what the source regained stays", arguments: [true, false], Death.allCases)
        func changesBelow(isUpload: Bool, death: Death) async throws {
            let godwit = try Godwit()
            let store = try #require(Store.seaweedfs)
            var random = SeededRandom(seed: 91)
            var tree = FileTree(), extras = FileTree()
            let count = death == .transferring ? 300 : 10
            for number in 0..<count { tree[String(format: "f/%03d", number)] = random.file(3_000) }
            for number in 0..<(death == .deleting ? 1_500 : 20) {
                extras[String(format: "e/%04d", number)] = random.file(30)
            }
            let bucket = try await store.makeBucket("died")
            // What has to be answered for the command to come further is not.
            let passing = death == .deleting ? 1 : count * 9 / 10
            let method = death == .deleting ? "POST" : isUpload ? "PUT" : "GET"
            let proxy = try await ChaosProxy(store, hold: (method, after: passing))
            let (files, other) = (try godwit.scratch.directory("files"), try godwit.scratch.directory("other"))
            try tree.write(to: files)
            try extras.write(to: other)
            // Either side may be changed as files: what is in the store is put there by another tool.
            try await Programs.rclone(
                "copy", "--transfers", "32", isUpload ? other : files, store.location("\(bucket)/tree"))
            let spoiled = store.behind(port: proxy.port).location(bucket + "/tree")
            let command = ["sync"] + (isUpload ? [files, spoiled] : [spoiled, other])

            let process = try godwit.start(command + ["--transfers", "4"])
            while !process.hasEnded {
                let isFar =
                    death == .deleting && !isUpload
                    ? try FileManager.default.contentsOfDirectory(atPath: other + "/e").count < extras.files.count
                    : try proxy.exchanges.count { $0.method == method } >= passing
                if isFar { break }
                try await Task.sleep(for: .milliseconds(1))
            }
            process.signal(SIGKILL)
            let end = try await process.end(within: 60)
            if isUpload || death == .transferring { #expect(end.status == 128 + SIGKILL, "\(end.errorText)") }
            _ = try await proxy.settled()

            // The source: changed, removed, added below, and two regained, one of them with what the target has.
            tree["f/002"] = random.file(3_000)
            tree["f/004"] = nil
            tree["f/0035"] = random.file(700)
            tree["e/0003"] = extras["e/0003"]
            tree["e/0007"] = random.file(31)
            // The last ones, which are deleted last.
            let last = extras.paths[extras.files.count - 1]
            tree[last] = extras[last]
            let sourceNow = try godwit.scratch.directory("source now")
            try tree.write(to: sourceNow)
            // The target: removed, overwritten, added.
            let foreign = random.file(50)
            if isUpload {
                try await Programs.rclone("sync", sourceNow, files)
                try await store.tool("delete", bucket, "tree/f/005")
                try await store.put(bucket, [("tree/f/006", "foreign"), ("tree/f/0065", "foreign")])
            } else {
                try await Programs.rclone("sync", "--transfers", "32", sourceNow, store.location("\(bucket)/tree"))
                try? FileManager.default.removeItem(atPath: other + "/f/005")
                for name in ["f/006", "f/0065"] { try FileTree.write(foreign, at: Array("\(other)/\(name)".utf8)) }
            }
            let again = try await godwit.start(command + ["--transfers", "4"]).end(within: 120)
            #expect(again.status == 0, "exit \(again.status) \(again.errorText)")
            let back = godwit.scratch.path("back")
            if isUpload {
                try await Programs.rclone("copy", "--transfers", "32", store.location("\(bucket)/tree"), back)
            }
            #expect(tree.differences(from: try FileTree(reading: isUpload ? back : other)) == [])
            let deleted = try proxy.exchanges.filter { $0.method == "DELETE" && $0.path.hasSuffix(last) }
            #expect(deleted.isEmpty, "what the source regained is deleted")
            try await proxy.end()
        }
    }
}
