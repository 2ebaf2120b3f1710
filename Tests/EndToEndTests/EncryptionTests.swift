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
            try await store.put(bucket, [("plain", "p")])
            // To files, and within the store: SeaweedFS would copy what the wrong key makes of the object.
            let copies = try await store.makeBucket("copies"), place = store.location("\(bucket)/")
            for target in [back, store.location(copies)] {
                let none = try await godwit("copy", place, target, exit: 6)
                #expect(none.errorText.contains("--source-sse-customer-key"))
                let wrong = try await godwit("copy", place, target, "--source-sse-customer-key", Self.two, exit: 6)
                #expect(wrong.errorText.contains("a: ") && wrong.errorText.contains("another key than the one given"))
                #expect(!wrong.errorText.contains(Self.two))
            }
            #expect(try FileTree(reading: back).paths == ["plain"])
            #expect(try await store.keys(copies) == ["plain"])
            // A HEAD is answered without a word.
            let one = store.location("\(bucket)/a")
            let stat = try await godwit("stat", one, exit: 1)
            #expect(stat.errorText.contains("encrypted by a customer's key"))
            try await godwit("copyto", one, back + "/a", "--source-sse-customer-key", Self.two, exit: 7)
            try await godwit("copyto", one, back + "/a", "--source-sse-customer-key", Self.one)
            #expect(try FileTree(reading: back).paths == ["a", "plain"])
        }

        /// Nothing that is written down or told has the key in it.
        @Test(arguments: stores) func theKeyIsNowhere(store: Store) async throws {
            let godwit = try Godwit(), files = try godwit.scratch.directory("files")
            var tree = FileTree()
            var random = SeededRandom(seed: 5)
            for name in ["a", "b/c", "large"] { tree[name] = random.file(name == "large" ? 6 << 20 : 100) }
            try tree.write(to: files)
            let bucket = "nowhere-\(UUID().uuidString.lowercased().prefix(8))"
            let encoded = Data(Self.one.utf8).base64EncodedString(), there = store.location(bucket)
            let own = store.location(bucket, options: ",sse_customer_key=\(Self.one)")
            let chunks = ["--s3-chunk-size", "5M", "--s3-upload-cutoff", "5M"]
            var told = Data()
            for (number, words) in [
                ["copy", files, there, "--s3-sse-customer-key", Self.one, "--create-bucket"] + chunks,
                [
                    "sync", files, there, "--s3-sse-customer-key-base64", encoded, "--keep-undo", "--ignore-times",
                    "--json",
                ],
                ["copy", there, godwit.scratch.path("back"), "--source-sse-customer-key", Self.one],
                ["copy", own, godwit.scratch.path("more")],
                ["check", files, own, "--download"],
            ].enumerated() {
                let report = ["--report", godwit.scratch.path("report-\(number).csv")]
                let run = try await godwit(words + (words[0] == "check" ? [] : report) + ["-vv"])
                told += run.output + run.errors
            }
            let failed = try await godwit(
                "copy", there, godwit.scratch.path("failed"), "--source-sse-customer-key", Self.two, "-vv", exit: 6)
            told += failed.output + failed.errors
            let plan = godwit.scratch.path("plan")
            try await godwit("plan", files, own + "/p", "--s3-sse-customer-key", Self.one, "--out", plan)
            told += try await godwit("plan", "show", plan).output
            let runs = try await godwit("runs", "list", "--json")
            told += runs.output
            for line in runs.lines {
                let run = try JSONDecoder().decode([String: AnyRun].self, from: Data("{\"run\":\(line)}".utf8))
                told += try await godwit("runs", "show", run["run"]?.run ?? "").output
            }
            try told.write(to: URL(filePath: godwit.scratch.path("told")))
            var looked = 0
            for secret in [Self.one, Self.two].flatMap({ [$0, Data($0.utf8).base64EncodedString()] }) {
                let walk = try #require(FileManager.default.enumerator(atPath: godwit.scratch.root))
                for case let path as String in walk where !path.hasPrefix("files") {
                    let file = URL(filePath: godwit.scratch.path(path))
                    guard let content = try? Data(contentsOf: file) else { continue }
                    looked += 1
                    #expect(content.range(of: Data(secret.utf8)) == nil, "\(path)")
                }
            }
            #expect(looked > 20)
        }

        private struct AnyRun: Decodable { var run: String }
    }
}
