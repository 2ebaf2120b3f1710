// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

extension EndToEnd {
    /// What is refused, and that a refusal changes nothing. `SafeguardTests` show what would be lost otherwise.
    @Suite struct GuardTests {
        /// A source of 30 files and a target that equals it, as directories.
        private func pair(_ godwit: Godwit) async throws -> (source: String, target: String, tree: FileTree) {
            var random = SeededRandom(seed: 30)
            var tree = FileTree()
            for number in 0..<30 { tree["d\(number % 4)/f\(number)"] = random.file(200) }
            let source = try godwit.scratch.directory("source")
            try tree.write(to: source)
            let target = godwit.scratch.path("target")
            try await godwit("sync", source, target)
            return (source, target, tree)
        }

        @Test("an empty or missing source deletes nothing")
        func emptySource() async throws {
            let godwit = try Godwit()
            let (_, target, tree) = try await pair(godwit)
            try await godwit("sync", try godwit.scratch.directory("empty"), target, exit: 12)
            try await godwit("sync", godwit.scratch.path("no such directory"), target, exit: 12)
            #expect(tree.differences(from: try FileTree(reading: target)) == [])
            try await godwit("sync", "--allow-empty-source", try godwit.scratch.directory("empty"), target)
            #expect(try FileTree(reading: target).files.isEmpty)
        }

        @Test("an empty source prefix of a store deletes nothing")
        func emptySourcePrefix() async throws {
            let godwit = try Godwit()
            let store = try #require(Store.seaweedfs)
            let (_, target, tree) = try await pair(godwit)
            let bucket = try await store.makeBucket("guard")
            try await godwit("sync", store.location(bucket + "/nothing/"), target, exit: 12)
            #expect(tree.differences(from: try FileTree(reading: target)) == [])
        }

        @Test("past --max-delete nothing at all is deleted", arguments: ["5", "20%"])
        func maxDelete(_ limit: String) async throws {
            let godwit = try Godwit()
            let (source, target, tree) = try await pair(godwit)
            for number in 0..<10 { try FileManager.default.removeItem(atPath: "\(source)/d\(number % 4)/f\(number)") }
            try await godwit("sync", "--max-delete", limit, source, target, exit: 12)
            #expect(tree.differences(from: try FileTree(reading: target)) == [])
            let done = try await godwit.summary("sync", "--max-delete", "10", source, target)
            #expect(done.objects.deleted == 10)
        }

        @Test("past --max-delete-size nothing at all is deleted")
        func maxDeleteSize() async throws {
            let godwit = try Godwit()
            let (source, target, tree) = try await pair(godwit)
            for number in 0..<10 { try FileManager.default.removeItem(atPath: "\(source)/d\(number % 4)/f\(number)") }
            let refused = try await godwit("sync", "--max-delete-size", "1B", source, target, exit: 12)
            #expect(refused.errorText.contains("--max-delete-size"))
            #expect(tree.differences(from: try FileTree(reading: target)) == [])
            let done = try await godwit.summary("sync", "--max-delete-size", "1G", source, target)
            #expect(done.objects.deleted == 10)
        }

        @Test("a move from a bucket that keeps versions destroys none")
        func versions() async throws {
            let godwit = try Godwit()
            let store = try #require(Store.moto)
            let bucket = try await store.makeBucket("versions")
            try await store.tool("version", bucket)
            try await store.put(bucket, [("a", "older"), ("b", "older")])
            try await store.put(bucket, [("a", "newer"), ("b", "newer")])
            try await godwit("moveto", store.location(bucket + "/a"), godwit.scratch.path("a"))
            try await godwit("move", store.location(bucket), godwit.scratch.path("rest"))
            #expect(try await godwit("cat", godwit.scratch.path("a")).text == "newer")
            #expect(try await godwit("cat", godwit.scratch.path("rest/b")).text == "newer")
            #expect(try await store.keys(bucket) == [], "an older version shows")
            let left = try JSONDecoder().decode([String].self, from: try await store.tool("versions", bucket).output)
            #expect(left.sorted() == ["a", "a", "b", "b"])
        }

        @Test("locations that overlap are refused")
        func overlap() async throws {
            let godwit = try Godwit()
            let (_, target, tree) = try await pair(godwit)
            try await godwit("sync", target, target + "/d1", exit: 12)
            try await godwit("sync", target + "/d1", target, exit: 12)
            try await godwit("sync", target, target + "/", exit: 12)
            #expect(tree.differences(from: try FileTree(reading: target)) == [])

            let store = try #require(Store.seaweedfs)
            let bucket = try await store.makeBucket("guard")
            try await godwit("copy", target, store.location(bucket + "/a"))
            try await godwit("sync", store.location(bucket + "/a"), store.location(bucket), exit: 12)
            try await godwit("sync", store.location(bucket), store.location(bucket + "/a/b"), exit: 12)
            // Names that only begin alike do not overlap.
            try await godwit("sync", store.location(bucket + "/a"), store.location(bucket + "/ab"))
            #expect(try await store.keys(bucket).count == 2 * tree.files.count)
        }

        @Test("a dry run tells and changes nothing")
        func dryRun() async throws {
            let godwit = try Godwit()
            let (source, target, tree) = try await pair(godwit)
            var random = SeededRandom(seed: 31)
            try FileTree.write(random.file(10), at: Array("\(source)/new".utf8))
            try FileManager.default.removeItem(atPath: source + "/d0/f0")
            let told = try await godwit("sync", "--dry-run", source, target)
            #expect(told.errorText.contains("new") || told.text.contains("new"))
            #expect(tree.differences(from: try FileTree(reading: target)) == [])
            try await godwit("move", "-n", source, godwit.scratch.path("elsewhere"))
            #expect(!FileManager.default.fileExists(atPath: godwit.scratch.path("elsewhere")))
            #expect(try FileTree(reading: source).files.count == 30)
        }

        @Test("links in a source are skipped, followed or kept")
        func sourceLinks() async throws {
            let godwit = try Godwit()
            let source = try godwit.scratch.directory("source")
            var random = SeededRandom(seed: 33)
            try FileTree.write(random.file(50), at: Array("\(source)/real".utf8))
            try FileManager.default.createSymbolicLink(atPath: source + "/link", withDestinationPath: "real")
            let skipped = try await godwit("copy", source, godwit.scratch.path("skipped"))
            #expect(skipped.errorText.contains("link"))
            #expect(try FileTree(reading: godwit.scratch.path("skipped")).paths == ["real"])
            try await godwit("copy", "--copy-links", source, godwit.scratch.path("followed"))
            #expect(try FileTree(reading: godwit.scratch.path("followed")).paths == ["link", "real"])
            try await godwit("copy", "--links", source, godwit.scratch.path("kept"))
            let kept = try FileManager.default.destinationOfSymbolicLink(atPath: godwit.scratch.path("kept/link"))
            #expect(kept == "real")
        }
    }
}
