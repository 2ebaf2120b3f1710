// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

extension EndToEnd {
    /// Encryption by keys of the customer's, as another program sees it.
    @Suite struct EncryptionTests {
        private static let stores = [Store.seaweedfs, Store.ministack].compactMap(\.self)
        private static let one = "0123456789abcdef0123456789abcdef", two = "abcdefghijklmnopqrstuvwxyz012345"

        @Test(arguments: stores) func aCustomersKeyEncryptsWhatIsWritten(store: Store) async throws {
            let godwit = try Godwit(), files = try godwit.scratch.directory("files")
            let first = try await store.makeBucket("one"), second = try await store.makeBucket("two")
            let third = try await store.makeBucket("three"), plain = try await store.makeBucket("plain")
            var random = SeededRandom(seed: 4)
            var tree = FileTree()
            tree["small"] = random.file(1000)
            tree["large"] = random.file(11 << 20)
            try tree.write(to: files)
            func digest(_ bucket: String, _ key: String, _ secret: String) async throws -> String {
                try await store.tool("decrypt", bucket, key, secret).text
            }
            let chunks = ["--s3-chunk-size", "5M", "--s3-upload-cutoff", "5M"]
            try await godwit(["sync", files, store.location(first), "--s3-sse-customer-key", Self.one] + chunks)
            // What is there is known by its time: nothing is sent again.
            let again = try await godwit.summary(
                of: ["sync", files, store.location(first), "--s3-sse-customer-key", Self.one] + chunks)
            #expect(again.changedNothing)
            await #expect(throws: (any Error).self) { try await digest(first, "small", Self.two) }
            let small = try await digest(first, "small", Self.one), large = try await digest(first, "large", Self.one)
            // From one key to another, by the store and through this machine; and to none.
            for (bucket, flags) in [
                (second, ["--s3-sse-customer-key", Self.two]),
                (third, ["--s3-sse-customer-key", Self.two, "--server-side", "never"] + chunks),
            ] {
                try await godwit(
                    ["copy", store.location(first), store.location(bucket), "--source-sse-customer-key", Self.one]
                        + flags)
                #expect(try await digest(bucket, "small", Self.two) == small)
                #expect(try await digest(bucket, "large", Self.two) == large)
            }
            try await godwit(
                "copy", store.location(first, options: ",sse_customer_key=\(Self.one)"), store.location(plain))
            #expect(try await store.objects(plain)["large"]?.md5 == large)
            let back = godwit.scratch.path("back")
            try await godwit("copy", store.location(second), back, "--source-sse-customer-key", Self.two)
            #expect(try FileTree(reading: back).files.mapValues(\.content) == tree.files.mapValues(\.content))
        }

        @Test(arguments: stores) func aWrongKeyIsAClearError(store: Store) async throws {
            let godwit = try Godwit(), file = godwit.scratch.path("file")
            try Data("x".utf8).write(to: URL(filePath: file))
            let bucket = try await store.makeBucket("wrong")
            try await godwit("copyto", file, store.location("\(bucket)/a"), "--s3-sse-customer-key", Self.one)
            let back = godwit.scratch.path("back")
            for (flags, exit) in [
                (["--source-sse-customer-key", "short"], 2), (["--source-sse-customer-key-base64", "!"], 2),
            ] as [([String], Int32)] {
                let run = try await godwit(["copy", store.location("\(bucket)/"), back] + flags, exit: exit)
                #expect(run.errorText.contains("32 bytes"))
            }
            // Nobody gets a file in the clear who asked for an encrypted one.
            let clear = godwit.scratch.path("clear")
            try await godwit("copyto", file, clear, "--s3-sse-customer-key", Self.one, exit: 2)
            #expect(!FileManager.default.fileExists(atPath: clear))
            let wrong = try await godwit.start(
                ["copy", store.location("\(bucket)/"), back, "--source-sse-customer-key", Self.two]
            ).end(within: 60)
            #expect(wrong.status != 0 && !wrong.errorText.contains(Self.two))
            #expect(!FileManager.default.fileExists(atPath: back + "/a"))
        }
    }
}
