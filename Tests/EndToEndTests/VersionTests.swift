// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

extension EndToEnd {
    /// Versions and delete markers, and buckets as they were.
    @Suite struct VersionTests {
        private struct Line: Decodable {
            var key: String, version: String
            var latest: Bool, deleted: Bool
            var size: Int?
        }

        /// A bucket that was changed after `then`, at which it held `a` and `d/b`.
        private func scene(_ store: Store) async throws -> (bucket: String, then: String) {
            let bucket = try await store.makeBucket("versions")
            try await store.tool("version", bucket)
            try await store.put(bucket, [("a", "one"), ("d/b", "first"), ("e e", "0")])
            try await store.tool("delete", bucket, "e e")
            // Times of writing are whole seconds.
            try await Task.sleep(for: .milliseconds(1_100))
            let then = ISO8601DateFormatter().string(from: .now)
            try await Task.sleep(for: .milliseconds(1_900))
            try await store.put(bucket, [("a", "twenty"), ("c", "new")])
            try await store.tool("delete", bucket, "d/b")
            return (bucket, then)
        }

        private static let stores = [Store.moto, Store.seaweedfs, Store.ministack].compactMap(\.self)

        @Test(arguments: stores) func everyVersionIsListed(store: Store) async throws {
            let godwit = try Godwit(), (bucket, _) = try await scene(store)
            func versions(_ path: String) async throws -> [Line] {
                let run = try await godwit("versions", "--json", store.location(path))
                return try run.lines.map { try JSONDecoder().decode(Line.self, from: Data($0.utf8)) }
            }
            let all = try await versions(bucket)
            #expect(all.map(\.key) == ["a", "a", "c", "d/b", "d/b", "e e", "e e"])
            #expect(all.map(\.latest) == [true, false, true, true, false, true, false])
            #expect(all.map(\.deleted) == [false, false, false, true, false, true, false])
            #expect(all.filter { !$0.deleted }.map(\.size) == [6, 3, 3, 5, 1])
            #expect(Set(all.map(\.version)).count == 7)
            // One object, also one that is gone, and what is under a prefix.
            #expect(try await versions("\(bucket)/d/b").count == 2)
            #expect(try await versions("\(bucket)/d/").count == 2)
            #expect(try await versions("\(bucket)/a").map(\.key) == ["a", "a"])
            // One version by its id.
            let old = try #require(all.first { $0.key == "a" && !$0.latest })
            let file = godwit.scratch.path("old")
            try await godwit("copyto", store.location("\(bucket)/a?versionId=\(old.version)"), file)
            #expect(try String(contentsOfFile: file, encoding: .utf8) == "one")
            try await godwit(
                "copyto", store.location("\(bucket)/a?versionId=\(old.version)"), store.location("\(bucket)/again"))
            #expect(try await godwit("cat", store.location("\(bucket)/again")).text == "one")
            try await godwit("cat", store.location("\(bucket)/a?versionId=none"), exit: 4)
            try await godwit("copyto", file, store.location("\(bucket)/a?versionId=\(old.version)"), exit: 2)
            try await godwit("copy", file, store.location("\(bucket)/a?versionId=\(old.version)"), exit: 2)
            let text = try await godwit("versions", store.location("\(bucket)/d/b")).text
            #expect(text.contains("deleted") && text.hasSuffix("- d/b\n"))
        }

        /// SeaweedFS loses some keys between pages of versions: all are listed, or that is said.
        @Test(.enabled(if: Store.seaweedfs != nil)) func noPageLosesAKey() async throws {
            let godwit = try Godwit(), store = try #require(Store.seaweedfs)
            let bucket = try await store.makeBucket("pages")
            try await store.tool("version", bucket)
            try await Task.sleep(for: .milliseconds(1_100))
            try await store.put(bucket, (0..<1_100).map { ("d/k\($0)", "x") } + [("e", "y"), ("dd", "z")])
            #expect(try await godwit("versions", store.location(bucket)).lines.count == 1_102)
            try await store.put(bucket, [("d-", "lost")])
            let run = try await godwit("versions", store.location(bucket), exit: 1)
            #expect(run.errorText.contains("between pages of versions") && run.errorText.contains("d-"))
            #expect(try await godwit("versions", store.location("\(bucket)/d/")).lines.count == 1_100)
        }

        @Test(arguments: stores) func aBucketIsReadAsItWas(store: Store) async throws {
            let godwit = try Godwit(), (bucket, then) = try await scene(store)
            let files = godwit.scratch.path("files")
            let listed = try await godwit("lsf", "-R", "--version-at", then, store.location(bucket))
            #expect(Set(listed.text.split(separator: "\n")) == ["a", "d/", "d/b"])
            let run = try await godwit.summary("sync", store.location(bucket), files, "--version-at", then)
            #expect(run.objects.transferred == 2)
            let found = try FileTree(reading: files).files.mapValues { String(decoding: $0.content, as: UTF8.self) }
            #expect(found == [Array("a".utf8): "one", Array("d/b".utf8): "first"])
            #expect(try await godwit("cat", "--version-at", then, store.location("\(bucket)/d/b")).text == "first")
            // By the store itself, too.
            let target = try await store.makeBucket("then")
            try await godwit("copy", store.location(bucket), store.location(target), "--version-at", then)
            #expect(try await store.objects(target).mapValues(\.size) == ["a": 3, "d/b": 5])
            try await godwit("cat", "--version-at", "1h", store.location("\(bucket)/a"), exit: 4)
            try await godwit(
                "move", store.location(bucket), files, "--version-at", then, exit: 2)
            let changed = try await godwit(
                ["copy", files, store.location(bucket, options: ",version_at=1h")], exit: 2)
            #expect(changed.errorText.contains("cannot be changed"))
            try await godwit("move", store.location(bucket, options: ",version_at=1h"), files, exit: 2)
            try await godwit("copy", files, store.location(bucket), "--version-at", then, exit: 2)
        }

        /// Whoever names an old version to be moved or deleted does not lose the current object in its place.
        @Test(arguments: stores) func anOldVersionIsNotTakenForTheCurrentOne(store: Store) async throws {
            let godwit = try Godwit(), (bucket, then) = try await scene(store)
            let lines = try await godwit("versions", "--json", store.location("\(bucket)/a")).lines
            let old = try #require(
                try lines.map { try JSONDecoder().decode(Line.self, from: Data($0.utf8)) }.first { !$0.latest })
            let location = store.location("\(bucket)/a?versionId=\(old.version)")
            try await godwit("moveto", location, godwit.scratch.path("moved"), exit: 2)
            try await godwit("delete", location, exit: 6)
            try await godwit("purge", location, exit: 2)
            try await godwit("purge", store.location("\(bucket)?versionId=\(old.version)"), exit: 2)
            try await godwit("delete", store.location(bucket), "--version-at", then, exit: 2)
            #expect(try await godwit("cat", store.location("\(bucket)/a")).text == "twenty")
            #expect(try await godwit("versions", store.location("\(bucket)/a")).lines.count == 2)
        }
    }
}
