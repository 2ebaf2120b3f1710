// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

extension EndToEnd {
    /// Inventories that godwit writes, in the place of listings.
    @Suite(.enabled(if: Programs.godwit != nil && Store.seaweedfs != nil))
    struct InventoryTests {
        private static let texts = ["a": "1", "d/b c+\u{e9}": "two", "d/e": "three", "gone": "soon"]

        private func fill(_ store: Store) async throws -> (source: String, inventories: String) {
            let source = try await store.makeBucket("inv-src"), inventories = try await store.makeBucket("inv-at")
            try await store.put(source, Self.texts.map { ($0.key, $0.value) })
            return (source, inventories)
        }

        private func write(_ godwit: Godwit, _ store: Store, _ source: String, _ target: String) async throws -> String
        {
            let run = try await godwit("inventory", "write", store.location(source), target)
            let printed = run.text.trimmingCharacters(in: .newlines)
            #expect(printed.hasSuffix("/manifest.json") && run.errorText.contains("objects in 1 files"))
            // The location is printed without its secret, so that it is put together here.
            let manifest = printed.components(separatedBy: "/\(source)/").last ?? ""
            return "\(source)/\(manifest)"
        }

        @Test func nothingIsListedAtTheSource() async throws {
            let godwit = try Godwit(), store = try #require(Store.seaweedfs)
            let (source, inventories) = try await fill(store), target = try await store.makeBucket("inv-to")
            let manifest = try await write(godwit, store, source, store.location(inventories + "/x"))
            let place = store.location("\(inventories)/x/\(manifest)")
            let told = try await godwit("inventory", "verify", place)
            #expect(told.text.hasPrefix(source) && told.text.contains("4 objects (13 B), in 1 files"), "\(told.text)")
            let rows = try await godwit("inventory", "read", place).text
            #expect(rows.contains("d/b c+\u{e9}\n") && rows.split(separator: "\n").count == 4)

            // From another machine's files too, by a path that is relative.
            let files = godwit.scratch.path("files")
            try await godwit("copy", store.location(inventories), files)
            try await godwit("inventory", "verify", "manifest.json", directory: "\(files)/x/\(manifest.dropLast(14))")

            let line = ["sync", store.location(source), store.location(target), "--source-inventory", place]
            let first = try await godwit.summary(of: line)
            #expect(first.objects.serverCopied == 4 && first.requests.list <= 2, "\(first)")
            #expect(try await store.objects(target).mapValues(\.md5) == store.objects(source).mapValues(\.md5))
            #expect(try await godwit.summary(of: line).changedNothing)
            try await godwit(["check"] + line.dropFirst())
            let part = try await godwit.summary(
                "copy", store.location(source + "/d"), files + "/d", "--source-inventory", place)
            #expect(part.objects.transferred == 2)
        }

        /// What changed since then is never taken for what was there, and nothing that the source has is deleted.
        @Test func anOldInventoryDoesNoHarm() async throws {
            let godwit = try Godwit(), store = try #require(Store.seaweedfs)
            let (source, inventories) = try await fill(store), target = try await store.makeBucket("inv-to")
            let place = store.location(
                inventories + "/" + (try await write(godwit, store, source, store.location(inventories))))
            try await store.tool("delete", source, "gone")
            try await store.put(source, [("new", "newer"), ("a", "changed")])
            try await store.put(target, [("new", "newer"), ("stale", "old")])
            let run = try await godwit(
                "sync", store.location(source), store.location(target), "--source-inventory", place, exit: 6)
            #expect(run.errorText.contains("gone"), "\(run.errorText)")
            let found = try await store.objects(target)
            #expect(found["new"] != nil && found["gone"] == nil && found["d/e"] != nil)
            #expect(found["a"] == nil || found["a"]?.size == 7, "\(found)")
            // What failed keeps everything else.
            try await store.put(source, [("gone", "soon"), ("a", "1")])
            // A plan has no deletion either of what the source has.
            let plan = godwit.scratch.path("plan")
            let asked = ["--source-inventory", place, "--out", plan]
            try await godwit(["plan", store.location(source), store.location(target)] + asked)
            #expect(try await !godwit("plan", "show", plan).text.contains("new"))
            try await godwit("sync", store.location(source), store.location(target), "--source-inventory", place)
            #expect(try await store.keys(target) == ["a", "d/b c+\u{e9}", "d/e", "gone", "new"])
        }

        @Test func whatAnInventoryDoesNotTellIsRefused() async throws {
            let godwit = try Godwit(), store = try #require(Store.seaweedfs)
            let (source, inventories) = try await fill(store)
            let from = store.location(source), to = godwit.scratch.path("to")
            let place = store.location(
                inventories + "/" + (try await write(godwit, store, source, store.location(inventories))))
            try await godwit("copy", from, to, "--source-inventory", place, "--all-versions", exit: 2)
            try await godwit("copy", from, to, "--source-inventory", place, "--version-at", "1h", exit: 2)
            try await godwit("copy", from, to, "--source-inventory", place, "--files-from", "/dev/null", exit: 2)
            let other = try await godwit("copy", store.location(inventories), to, "--source-inventory", place, exit: 2)
            #expect(other.errorText.contains("the inventory is of the bucket \(source)"), "\(other.errorText)")
            try await godwit("copy", from, to, "--source-inventory", from + "/a", exit: 11)
            try await godwit("copy", from, to, "--source-inventory", from, exit: 2)
            try await godwit("policy", from, to, "--source-inventory", place, exit: 2)
            try await godwit("inventory", "verify", store.location(inventories + "/none/manifest.json"), exit: 4)
            try await godwit("inventory", "write", godwit.scratch.directory("d"), store.location(inventories), exit: 1)
        }
    }
}
