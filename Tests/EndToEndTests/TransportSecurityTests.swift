// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

extension EndToEnd {
    @Suite(.enabled(if: Store.seaweedfsTLS != nil)) struct TransportSecurityTests {
        private func tree(_ godwit: Godwit) throws -> (path: String, tree: FileTree) {
            var random = SeededRandom(seed: 50)
            var tree = FileTree()
            for number in 0..<50 { tree["d/\(number)"] = random.file(number * 99) }
            tree["large"] = random.file(12 << 20)
            let source = try godwit.scratch.directory("source")
            try tree.write(to: source)
            return (source, tree)
        }

        @Test("over TLS with the store's own authority")
        func trusted() async throws {
            var godwit = try Godwit()
            let plain = try #require(Store.seaweedfs)
            let store = try #require(Store.seaweedfsTLS)
            let (source, tree) = try tree(godwit)
            let bucket = try await plain.makeBucket("tls")
            godwit.environment["SSL_CERT_FILE"] = ProcessInfo.processInfo.environment["GODWIT_TEST_CA"]
            try await godwit("sync", source, store.location(bucket))
            try await godwit("sync", store.location(bucket), godwit.scratch.path("back"))
            #expect(tree.differences(from: try FileTree(reading: godwit.scratch.path("back"))) == [])
        }

        @Test("an unknown authority is refused, unless the remote says otherwise")
        func untrusted() async throws {
            let godwit = try Godwit()
            let plain = try #require(Store.seaweedfs)
            let store = try #require(Store.seaweedfsTLS)
            let (source, _) = try tree(godwit)
            let bucket = try await plain.makeBucket("tls")
            let words = ["sync", "--retries", "1", "--low-level-retries", "1", source, store.location(bucket)]
            let outcome = try await godwit.start(words).end(within: 60)
            #expect(outcome.status != 0)
            #expect(outcome.errorText.lowercased().contains("certificate"))
            #expect(try await plain.keys(bucket) == [])
            try await godwit("copy", source, store.location(bucket, options: ",no_check_certificate=true"))
            #expect(try await plain.keys(bucket).count == 51)
        }
    }
}
