// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

extension EndToEnd {
    /// A tree goes through every store there is and comes back the same.
    @Suite struct RoundTripTests {
        @Test("3,000 hostile names: local, SeaweedFS, MiniStack, local", .enabled(if: Store.ministack != nil))
        func hostileTree() async throws {
            let godwit = try Godwit()
            let first = try #require(Store.seaweedfs)
            let second = try #require(Store.ministack)
            try await roundTrip(godwit, .hostile(seed: 2, count: 3_000), through: first, second)
        }

        @Test("hostile names through Ceph", .enabled(if: Store.ceph != nil))
        func hostileTreeOnCeph() async throws {
            let godwit = try Godwit()
            let first = try #require(Store.ceph)
            let second = try #require(Store.seaweedfs)
            try await roundTrip(godwit, .hostile(seed: 3, count: 1_000), through: first, second)
        }

        @Test("hostile names through moto", .enabled(if: Store.moto != nil))
        func hostileTreeOnMoto() async throws {
            let godwit = try Godwit()
            let store = try #require(Store.moto)
            let tree = FileTree.hostile(seed: 4, count: 120, withNewlines: false)
            try await roundTrip(godwit, tree, through: store, store)
        }

        private func roundTrip(
            _ godwit: Godwit, _ tree: FileTree, through first: Store, _ second: Store
        ) async throws {
            let source = try godwit.scratch.directory("source")
            try tree.write(to: source)
            let one = first.location(try await first.makeBucket("trip") + "/in the/first")
            let two = second.location(try await second.makeBucket("trip") + "/second")
            let back = godwit.scratch.path("back")

            let legs = [(source, one), (one, two), (two, back)]
            for (from, to) in legs {
                let done = try await godwit.summary("sync", from, to)
                #expect(done.objects.transferred + done.objects.serverCopied == tree.files.count)
                #expect(done.addsUp)
            }
            let returned = try FileTree(reading: back)
            #expect(tree.differences(from: returned) == [], "what came back differs")

            for (from, to) in legs {
                let again = try await godwit.summary("sync", from, to)
                #expect(again.changedNothing, "a second sync of \(from) changed something: \(again)")
                #expect(again.requests.head <= 2, "a second sync sent \(again.requests.head) HEAD requests")
                #expect(again.objects.skipped == tree.files.count)
                #expect(again.addsUp)
            }
            try await godwit("check", source, two)
            try await godwit("check", one, back)
        }

        @Test("an object beside objects under its name", .enabled(if: Store.ministack != nil))
        func objectBesidePrefix() async throws {
            let godwit = try Godwit()
            let seaweedfs = try #require(Store.seaweedfs)
            let ministack = try #require(Store.ministack)
            let keys = [
                "foo", "foo/x", "foo/y/z", "foo-bar", "foo!/b", "foo-/a", "foo.d/x", "foo0", "a/b", "a/b/c", "a/b-c",
            ]
            let from = try await ministack.makeBucket("beside")
            let middle = try await seaweedfs.makeBucket("beside")
            let to = try await ministack.makeBucket("beside")
            try await ministack.put(from, keys.map { ($0, "content of \($0)") })

            let first = try await godwit.summary("sync", ministack.location(from), seaweedfs.location(middle))
            #expect(first.objects.transferred == keys.count)
            let second = try await godwit.summary("sync", seaweedfs.location(middle), ministack.location(to))
            #expect(second.objects.transferred == keys.count)
            let want = try await ministack.objects(from).mapValues(\.md5)
            #expect(try await ministack.objects(to).mapValues(\.md5) == want)
            let again = try await godwit.summary("sync", seaweedfs.location(middle), ministack.location(from))
            #expect(again.changedNothing)

            // Deleting in one order must delete the same in the other.
            try await ministack.tool("delete", from, "foo", "foo-bar", "a/b/c")
            let gone = try await godwit.summary("sync", ministack.location(from), seaweedfs.location(middle))
            #expect(gone.objects.deleted == 3)
            let left = Set(try await seaweedfs.keys(middle))
            #expect(left == Set(keys).subtracting(["foo", "foo-bar", "a/b/c"]))
        }

        @Test(
            "keys that are no paths go from store to store", arguments: [Store.ministack, Store.ceph].compactMap { $0 })
        func oddKeys(_ store: Store) async throws {
            let godwit = try Godwit()
            let keys = [
                "a//b", "/lead", "back\\slash", "dot/./x", "dot/../y", "../up", "./here", "plain", "x//", "a/b",
            ]
            let from = try await store.makeBucket("odd")
            try await store.put(from, keys.map { ($0, "content of \($0)") })
            let want = try await store.objects(from).mapValues(\.md5)
            for mode in ["auto", "never"] {
                let to = try await store.makeBucket("odd")
                let done = try await godwit.summary(
                    "sync", "--server-side", mode, store.location(from), store.location(to))
                #expect(done.objects.transferred + done.objects.serverCopied == keys.count)
                #expect(try await store.objects(to).mapValues(\.md5) == want)
                let again = try await godwit.summary("sync", store.location(from), store.location(to))
                #expect(again.changedNothing)
            }
        }

        @Test("keys that are no paths fail one by one, or are escaped", .enabled(if: Store.ministack != nil))
        func oddKeysToDirectory() async throws {
            let godwit = try Godwit()
            let store = try #require(Store.ministack)
            let odd = ["a//b", "/lead", "dot/./x", "dot/../y", "../up", "./here"]
            let bucket = try await store.makeBucket("odd")
            try await store.put(bucket, (odd + ["plain", "a/c"]).map { ($0, "content of \($0)") })
            let target = godwit.scratch.path("in/target")
            let done = try await godwit.summary("copy", store.location(bucket), target, exit: 6)
            #expect(done.objects.failed == odd.count)
            #expect(try FileTree(reading: godwit.scratch.path("in")).paths == ["target/a/c", "target/plain"])

            let escaped = godwit.scratch.path("escaped")
            try await godwit("copy", "--escape-keys", store.location(bucket), escaped)
            #expect(try FileTree(reading: escaped).files.count == odd.count + 2)
            let back = try await store.makeBucket("odd")
            try await godwit("copy", "--escape-keys", escaped, store.location(back))
            let want = try await store.objects(bucket).mapValues(\.md5)
            #expect(try await store.objects(back).mapValues(\.md5) == want)
        }

        @Test("names that are not UTF-8 fail by themselves")
        func namesNotUTF8() async throws {
            let godwit = try Godwit()
            let store = try #require(Store.seaweedfs)
            let source = try godwit.scratch.directory("source")
            var random = SeededRandom(seed: 8)
            var tree = FileTree()
            tree["good"] = random.file(10)
            tree.files[[0x62, 0xff, 0xfe]] = random.file(10)
            try tree.write(to: source)
            let bucket = try await store.makeBucket("utf8")
            let done = try await godwit.summary("copy", source, store.location(bucket), exit: 6)
            #expect(done.objects.failed == 1)
            #expect(done.objects.transferred == 1)
            #expect(try await store.keys(bucket) == ["good"])
        }
    }
}
