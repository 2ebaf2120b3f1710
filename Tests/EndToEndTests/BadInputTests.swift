// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

extension EndToEnd {
    /// Stores that lie, and objects that a store does not take: a clear error, the rest arrives, nothing is lost.
    @Suite struct BadInputTests {
        private static let impatient = ["--low-level-retries", "2"]

        /// A bucket of three objects, of which a liar speaks ill of `bad`, and a directory with a file too many.
        private func scene(_ lie: LyingProxy.Lie, _ body: (Godwit, LyingProxy, String, String) async throws -> Void)
            async throws
        {
            let store = try #require(Store.seaweedfs), godwit = try Godwit()
            let bucket = try await store.makeBucket("lies"), target = try godwit.scratch.directory("target")
            try await store.put(bucket, [("a", "one one one"), ("bad", "two two two"), ("c", "three three")])
            try Data("extra".utf8).write(to: URL(filePath: target + "/extra"))
            let before = try await store.objects(bucket)
            let proxy = try await LyingProxy(store, lie)
            do { try await body(godwit, proxy, bucket, target) } catch {
                _ = try await proxy.end()
                throw error
            }
            #expect(try await proxy.end() > 0, "the lie was never told")
            #expect(try await store.objects(bucket) == before, "the source was touched")
        }

        @Test(
            .enabled(if: Store.seaweedfs != nil),
            arguments: [
                (LyingProxy.Lie.noXML, 5, "malformed listing"), (.repeats, 1, "repeats or goes back"),
            ] as [(LyingProxy.Lie, Int32, String)])
        func nothingIsDeletedAfterAListingThatIsWrong(lie: LyingProxy.Lie, exit: Int32, said: String) async throws {
            try await scene(lie) { godwit, proxy, bucket, target in
                let words = ["sync", proxy.store.location(bucket), target] + Self.impatient
                let run = try await godwit(words, exit: exit)
                #expect(run.errorText.contains("list s3://\(bucket)") && run.errorText.contains(said))
                #expect(run.errorText.contains(lie == .noXML ? "check the endpoint" : "try list_version"))
                let left = try FileTree(reading: target)
                #expect(left["extra"] != nil)
                #expect(left.paths.allSatisfy { ["a", "bad", "c", "extra"].contains($0) }, "\(left.paths)")
                // A target that lists like this has nothing deleted or overwritten either.
                try await godwit(
                    ["sync", target, proxy.store.location(bucket)] + Self.impatient, exit: exit)
                let shown = try await godwit(["ls", proxy.store.location(bucket)] + Self.impatient, exit: exit)
                #expect(shown.errorText.contains(said))
            }
        }

        @Test(.enabled(if: Store.seaweedfs != nil)) func aListingThatGoesBackwardsIsSortedHere() async throws {
            try await scene(.backwards) { godwit, proxy, bucket, target in
                let run = try await godwit("sync", proxy.store.location(bucket), target)
                #expect(run.errorText.contains("listing again, sorted here"))
                #expect(try FileTree(reading: target).paths == ["a", "bad", "c"])
            }
        }

        @Test(
            .enabled(if: Store.seaweedfs != nil),
            arguments: [
                (LyingProxy.Lie.shorter, 6, 5, "wrong length"), (.longer, 6, 5, "exceeds the 11 bytes"),
                (.other, 11, 11, "do not have the source's md5"),
            ] as [(LyingProxy.Lie, Int32, Int32, String)])
        func otherBytesThanThereAreNeverArrive(
            lie: LyingProxy.Lie, exit: Int32, alone: Int32, said: String
        ) async throws {
            try await scene(lie) { godwit, proxy, bucket, target in
                let run = try await godwit(["sync", proxy.store.location(bucket), target] + Self.impatient, exit: exit)
                #expect(run.errorText.contains("bad: read") && run.errorText.contains(said), "\(run.errorText)")
                #expect(run.errorText.contains("1 objects of the target were not deleted"))
                #expect(try FileTree(reading: target).paths == ["a", "c", "extra"])
                let one = try await godwit(
                    ["copyto", proxy.store.location(bucket + "/bad"), target + "/bad"] + Self.impatient, exit: alone)
                #expect(one.errorText.contains(said))
                if lie == .other {
                    let shown = try await godwit("cat", proxy.store.location(bucket + "/bad"), exit: 11)
                    #expect(shown.errorText.contains("do not use what was written"))
                }
                // What is there already stays as it was.
                try Data("mine".utf8).write(to: URL(filePath: target + "/bad"))
                try await godwit(["copy", proxy.store.location(bucket), target] + Self.impatient, exit: exit)
                #expect(try FileTree(reading: target)["bad"]?.content == Data("mine".utf8))
                #expect(
                    try FileManager.default.subpathsOfDirectory(atPath: target).sorted() == ["a", "bad", "c", "extra"])
            }
        }

        @Test(.enabled(if: Store.seaweedfs != nil)) func anExpiredTokenEndsTheRun() async throws {
            try await scene(.expired) { godwit, proxy, bucket, target in
                let run = try await godwit("sync", proxy.store.location(bucket), target, exit: 7)
                #expect(run.errorText.contains("ExpiredToken") && run.errorText.contains("sign in again"))
                let left = try FileTree(reading: target)
                #expect(left["extra"] != nil && left["bad"] == nil)
                // A HEAD is answered without a word.
                let stat = try await godwit("stat", proxy.store.location(bucket + "/bad"), exit: 1)
                #expect(stat.errorText.contains("have expired"))
                let back = try await proxy.store.makeBucket("back")
                let up = try await godwit("copyto", target + "/extra", proxy.store.location(back + "/bad"), exit: 1)
                #expect(up.errorText.contains("have expired"))
            }
        }

        /// SeaweedFS takes more tags than S3 does.
        @Test(.enabled(if: Store.seaweedfs != nil && Store.moto != nil), arguments: [100, 6 << 20])
        func elevenTagsFailAloneAndSayTheLimit(size: Int) async throws {
            let weed = try #require(Store.seaweedfs), moto = try #require(Store.moto), godwit = try Godwit()
            let source = try await weed.makeBucket("tags"), target = try await moto.makeBucket("tags")
            func tags(_ count: Int) -> String { (0..<count).map { "k\($0)=v" }.joined(separator: "&") }
            let objects: [[String: Any]] = [
                ["key": "eleven", "size": size, "options": ["Tagging": tags(11)]],
                ["key": "ten", "size": size, "options": ["Tagging": tags(10)]],
            ]
            try await weed.tool("put", source, input: JSONSerialization.data(withJSONObject: objects))
            let words = ["copy", weed.location(source), moto.location(target), "--s3-chunk-size", "5M"]
            let chunks = ["--s3-upload-cutoff", "5M"]
            let run = try await godwit(words + chunks, exit: 6)
            #expect(run.errorText.contains("eleven: "))
            #expect(run.errorText.contains("10 tags") && run.errorText.contains("--no-preserve tags"))
            // moto keeps a small one, having refused it.
            let keys = try await moto.keys(target)
            #expect(keys.filter { $0 != "eleven" || size > 1000 } == ["ten"])
            #expect(try await moto.unfinishedUploads(target).isEmpty)
            try await godwit(words + chunks + ["--no-preserve", "tags"])
            #expect(try await moto.keys(target) == ["eleven", "ten"])
        }
    }
}
