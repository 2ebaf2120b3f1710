// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

extension EndToEnd {
    /// Bodies that are sent in chunks, as another program sees what became of them.
    @Suite struct PayloadTests {
        /// A store and whose digest proves what is written there: an MD5 goes before signed chunks, others behind them.
        struct Form: Sendable, CustomStringConvertible {
            var store: Store
            var options: String

            var description: String { store.name + options }
            func location(_ path: String) -> String { store.location(path, options: ",payload_mode=chunked" + options) }
        }

        private static let forms: [Form] =
            [Store.seaweedfs, Store.ministack].compactMap(\.self).flatMap { store in
                ["", ",checksum_algorithm=crc32c", ",checksum_algorithm=md5"].map { Form(store: store, options: $0) }
            } + [Store.moto].compactMap(\.self).map { Form(store: $0, options: "") }

        private static let parts = ["--s3-chunk-size", "5M", "--s3-upload-cutoff", "5M"]

        @Test(arguments: forms) func chunksLeaveNothingInTheirObjects(form: Form) async throws {
            let godwit = try Godwit(), files = try godwit.scratch.directory("files")
            let bucket = try await form.store.makeBucket("chunks")
            var random = SeededRandom(seed: 6)
            var tree = FileTree()
            for size in [0, 1, 65_535, 65_536, 65_537, 200_000, 11 << 20] { tree["of/\(size)"] = random.file(size) }
            try tree.write(to: files)
            try await godwit(["sync", files, form.location(bucket)] + Self.parts)
            let objects = try await form.store.objects(bucket)
            #expect(objects.count == tree.files.count)
            for (key, object) in objects { #expect(tree[key]?.content.count == object.size) }
            let carried = try await form.store.carried(bucket)
            #expect(carried.values.allSatisfy { $0["ContentEncoding"] == nil })
            let again = try await godwit.summary(of: ["sync", files, form.location(bucket)] + Self.parts)
            #expect(again.changedNothing)
            // Read as by any other remote.
            let back = godwit.scratch.path("back")
            try await godwit("copy", form.store.location(bucket), back)
            #expect(tree.differences(from: try FileTree(reading: back)) == [])
        }

        @Test(arguments: forms) func anObjectsOwnEncodingStays(form: Form) async throws {
            let godwit = try Godwit()
            let source = try await form.store.makeBucket("from"), target = try await form.store.makeBucket("to")
            let encoded: [[String: Any]] = [1000, 11 << 20].map {
                ["key": "of/\($0)", "size": $0, "seed": 1, "options": ["ContentEncoding": "gzip"]]
            }
            try await form.store.tool("put", source, input: JSONSerialization.data(withJSONObject: encoded))
            try await godwit(
                ["copy", "--server-side", "never", form.store.location(source), form.location(target)] + Self.parts)
            let carried = try await form.store.carried(target)
            #expect(carried.count == 2 && carried.values.allSatisfy { $0["ContentEncoding"] == "gzip" })
            let (from, to) = (try await form.store.objects(source), try await form.store.objects(target))
            #expect(from.mapValues(\.md5) == to.mapValues(\.md5))
        }

        @Test(.enabled(if: Store.seaweedfsTLS != nil)) func overTLSTheChunksGoUnsigned() async throws {
            var godwit = try Godwit()
            godwit.environment["SSL_CERT_FILE"] = ProcessInfo.processInfo.environment["GODWIT_TEST_CA"]
            let plain = try #require(Store.seaweedfs), store = try #require(Store.seaweedfsTLS)
            let bucket = try await plain.makeBucket("tls"), files = try godwit.scratch.directory("files")
            var random = SeededRandom(seed: 7)
            var tree = FileTree()
            for size in [0, 1, 65_537, 11 << 20] { tree["of/\(size)"] = random.file(size) }
            try tree.write(to: files)
            try await godwit(["sync", files, store.location(bucket, options: ",payload_mode=chunked")] + Self.parts)
            let back = godwit.scratch.path("back")
            try await godwit("copy", plain.location(bucket), back)
            #expect(tree.differences(from: try FileTree(reading: back)) == [])
        }

        @Test(.enabled(if: Store.seaweedfs != nil)) func whatCannotBeIsRefused() async throws {
            let godwit = try Godwit(), store = try #require(Store.seaweedfs), file = godwit.scratch.path("file")
            try Data("x".utf8).write(to: URL(filePath: file))
            let bucket = try await store.makeBucket("refused")
            for (options, words) in [
                (",payload_mode=streaming", "signed, unsigned, chunked"),
                (",payload_mode=chunked,provider=Oracle", "takes no bodies in chunks"),
                (",payload_mode=chunked,provider=Ceph,checksum_algorithm=crc32c", "takes no checksums behind a body"),
            ] {
                let run = try await godwit(["copyto", file, store.location("\(bucket)/k", options: options)], exit: 2)
                #expect(run.errorText.contains(words))
            }
            #expect(try await store.keys(bucket) == [])
        }
    }
}
