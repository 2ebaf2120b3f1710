// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

extension EndToEnd {
    /// Objects in parts, both ways and within a store.
    @Suite struct LargeObjectTests {
        private let mebibyte = 1 << 20

        @Test("64 MiB go up in parts and come down in ranges, in flat memory")
        func upAndDown() async throws {
            let godwit = try Godwit()
            let store = try #require(Store.seaweedfs)
            var random = SeededRandom(seed: 64)
            var tree = FileTree()
            tree["big"] = random.file(64 * mebibyte)
            tree["odd size"] = random.file(17 * mebibyte + 12_345)
            tree["one part"] = random.file(4 * mebibyte)
            let source = try godwit.scratch.directory("source")
            try tree.write(to: source)
            let bucket = try await store.makeBucket("large")

            let up = try await godwit.memory(
                "copy", "--s3-chunk-size", "5M", "--s3-upload-cutoff", "5M", source, store.location(bucket))
            #expect(up < 100, "took \(up) MiB")
            let stored = try await store.objects(bucket)
            #expect(stored["big"]?.etag.hasSuffix("-13") == true)
            #expect(stored["one part"]?.etag.contains("-") == false)
            #expect(try await store.unfinishedUploads(bucket) == [])

            let down = try await godwit.memory("copy", store.location(bucket), godwit.scratch.path("back"))
            #expect(down < 100, "took \(down) MiB")
            #expect(tree.differences(from: try FileTree(reading: godwit.scratch.path("back"))) == [])

            // Composite tags of another part size are recomputed from the size and the number of parts.
            let again = try await godwit.summary("sync", "--checksum", source, store.location(bucket))
            #expect(again.changedNothing)
            try await godwit("check", "--checksum", source, store.location(bucket))
        }

        @Test("the default part size works both ways")
        func defaults() async throws {
            let godwit = try Godwit()
            let store = try #require(Store.seaweedfs)
            var random = SeededRandom(seed: 65)
            var tree = FileTree()
            for size in [8 * mebibyte - 1, 8 * mebibyte, 8 * mebibyte + 1, 40 * mebibyte] {
                tree["of \(size)"] = random.file(size)
            }
            let source = try godwit.scratch.directory("source")
            try tree.write(to: source)
            let bucket = try await store.makeBucket("large")
            try await godwit("copy", source, store.location(bucket))
            for verification in ["transferred", "none"] {
                let back = godwit.scratch.path("back-\(verification)")
                try await godwit("copy", "--verify", verification, store.location(bucket), back)
                #expect(tree.differences(from: try FileTree(reading: back)) == [])
            }
        }

        @Test("from store to store, large objects stream through", .enabled(if: Store.ministack != nil))
        func streamed() async throws {
            let godwit = try Godwit()
            let from = try #require(Store.seaweedfs)
            let to = try #require(Store.ministack)
            var random = SeededRandom(seed: 66)
            var tree = FileTree()
            tree["big"] = random.file(48 * mebibyte)
            tree["small"] = random.file(100)
            let source = try godwit.scratch.directory("source")
            try tree.write(to: source)
            let first = try await from.makeBucket("stream")
            let second = try await to.makeBucket("stream")
            try await godwit("copy", "--s3-chunk-size", "6M", source, from.location(first))
            let done = try await godwit.memory("copy", from.location(first), to.location(second))
            #expect(done < 100, "took \(done) MiB")
            // A multipart source keeps its part boundaries, so that the tags stay comparable.
            let tags = try await from.objects(first).mapValues(\.etag)
            #expect(try await to.objects(second).mapValues(\.etag) == tags)
            try await godwit("copy", to.location(second), godwit.scratch.path("back"))
            #expect(tree.differences(from: try FileTree(reading: godwit.scratch.path("back"))) == [])
        }

        @Test("within one store nothing passes through this machine")
        func serverSide() async throws {
            let godwit = try Godwit()
            let store = try #require(Store.seaweedfs)
            var random = SeededRandom(seed: 67)
            var tree = FileTree()
            tree["big"] = random.file(23 * mebibyte + 7)
            for number in 0..<40 { tree["d\(number % 3)/small \(number)"] = random.file(number * 50) }
            let source = try godwit.scratch.directory("source")
            try tree.write(to: source)
            let first = try await store.makeBucket("inside")
            let second = try await store.makeBucket("inside")
            try await godwit("copy", source, store.location(first + "/from"))
            let done = try await godwit.summary(
                "sync", "--s3-copy-cutoff", "5M", "--s3-chunk-size", "5M", store.location(first + "/from"),
                store.location(second))
            #expect(done.objects.serverCopied == tree.files.count)
            #expect(done.objects.transferred == 0)
            #expect(done.bytes.transferred == 0)
            #expect(done.requests.get == 0)
            #expect(done.requests.copy >= tree.files.count - 1 + 5)
            #expect(try await store.unfinishedUploads(second) == [])
            try await godwit("copy", store.location(second), godwit.scratch.path("back"))
            #expect(tree.differences(from: try FileTree(reading: godwit.scratch.path("back"))) == [])
            let again = try await godwit.summary("sync", store.location(first + "/from"), store.location(second))
            #expect(again.changedNothing)
        }
    }
}
