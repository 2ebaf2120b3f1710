// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

extension EndToEnd {
    /// Buckets that list in no order, whose tags say nothing, and whose sessions end in the middle.
    @Suite(.enabled(if: Store.ministack != nil)) struct DirectoryBucketTests {
        private static func tree(_ seed: UInt64) -> FileTree {
            var random = SeededRandom(seed: seed)
            var tree = FileTree()
            for number in 0..<120 { tree["d\(number % 7)/\(number % 3)-x/\(number)"] = random.file(number * 31) }
            for name in ["a-b", "a", "a.b", "z/é", "a b+c%20/f"] { tree["top/\(name)"] = random.file(9) }
            tree["large"] = random.file(12 << 20)
            return tree
        }

        private static func name(_ purpose: String) -> String {
            "\(purpose)-\(UUID().uuidString.lowercased().prefix(8))--use1-az4--x-s3"
        }

        @Test("a tree goes there and back, and a second run does nothing")
        func thereAndBack() async throws {
            let upstream = try #require(Store.ministack)
            let proxy = try await ExpressProxy(upstream)
            let godwit = try Godwit()
            let bucket = Self.name("tree")
            let target = proxy.store.location("\(bucket)/in/")
            try await godwit("mkdir", proxy.store.location(bucket))
            var tree = Self.tree(71)
            let source = try godwit.scratch.directory("source")
            try tree.write(to: source)

            // Fewer at once than a session has requests, so that one that fails goes through in the next.
            let sync = ["sync", "--transfers", "8", "--checkers", "8"]
            let first = try await godwit.summary(of: sync + [source, target])
            #expect(first.objects.transferred == tree.files.count && first.addsUp)
            let stored = try await upstream.objects(bucket.replacing("--x-s3", with: ""))
            #expect(stored.count == tree.files.count && stored["in/top/a b+c%20/f"]?.size == 9)
            #expect(try await godwit.summary(of: sync + [source, target]).changedNothing)
            // Without what the first run wrote down, the times of the objects tell.
            #expect(try await godwit.summary(of: sync + ["--no-journal", source, target]).changedNothing)

            tree.files[Array("d1/1-x/1".utf8)] = nil
            tree["d2/0-x/9"] = FileTree.File(content: Data("other".utf8), modified: 1_600_000_000_000_000_000)
            try FileManager.default.removeItem(atPath: source + "/d1/1-x/1")
            try tree.write(to: source)
            let third = try await godwit.summary(of: sync + [source, target])
            #expect(third.objects.deleted == 1 && third.objects.transferred == 1 && third.objects.failed == 0)

            let back = godwit.scratch.path("back")
            try await godwit(sync + [target, back])
            #expect(tree.differences(from: try FileTree(reading: back)) == [])
            try await godwit("check", "--transfers", "8", "--checkers", "8", target, back)
            // What begins with a name, and is no directory of that name.
            #expect(try await godwit("lsf", proxy.store.location("\(bucket)/in/top/")).lines.count == 5)
            try await godwit("purge", proxy.store.location(bucket))
            let account = try await proxy.end()
            #expect(account.refused == [])
            #expect(account.ended > 0 && account.sessions > 8, "\(account)")
        }

        @Test("the store copies between directory buckets and others by itself")
        func copies() async throws {
            let upstream = try #require(Store.ministack)
            let proxy = try await ExpressProxy(upstream)
            let godwit = try Godwit()
            let plain = try await upstream.makeBucket("plain")
            let (one, other) = (Self.name("one"), Self.name("other"))
            let tree = Self.tree(72)
            let source = try godwit.scratch.directory("source")
            try tree.write(to: source)
            try await godwit("copy", source, proxy.store.location("\(plain)/"))
            for (from, to) in [(plain, one), (one, other), (other, plain)] {
                let words = [
                    "copy", "--create-bucket", "--transfers", "8", "--s3-copy-cutoff", "5M", "--server-side",
                    "only",
                ]
                let places = [
                    proxy.store.location("\(from)/"), proxy.store.location("\(to)/\(to == plain ? "back/" : "")"),
                ]
                let summary = try await godwit.summary(of: words + places)
                #expect(summary.objects.serverCopied == tree.files.count && summary.objects.failed == 0)
            }
            let stored = try await upstream.objects(plain)
            #expect(stored.count == 2 * tree.files.count)
            for (key, object) in stored where !key.hasPrefix("back/") {
                #expect(stored["back/\(key)"]?.md5 == object.md5, "\(key)")
            }
            #expect(try await proxy.end().refused == [])
        }

        @Test("every session that a link would outlive is told")
        func links() async throws {
            let upstream = try #require(Store.ministack)
            let proxy = try await ExpressProxy(upstream)
            let godwit = try Godwit()
            let bucket = Self.name("link")
            try await godwit("mkdir", proxy.store.location(bucket))
            let refused = try await godwit("link", proxy.store.location("\(bucket)/k"), exit: 2)
            #expect(refused.errorText.contains("ask for less (--expire"))
            let link = try await godwit("link", "--expire", "60s", proxy.store.location("\(bucket)/k"))
            #expect(link.text.contains("X-Amz-S3session-Token=session-"))
            _ = try await proxy.end()
        }
    }
}
