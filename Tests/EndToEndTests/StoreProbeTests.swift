// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

extension EndToEnd {
    /// `remote test --probe` and `--save`: a store of an unknown make is found out about, and known afterwards.
    @Suite(.enabled(if: Programs.godwit != nil && Store.seaweedfs != nil))
    struct StoreProbeTests {
        struct Trait: Decodable { var type: String, option: String?, assumed: String?, found: String? }

        private func configuration(_ godwit: Godwit, _ store: Store, provider: String) throws -> String {
            let file = godwit.scratch.path("remotes.conf")
            let text = """
                # mine
                [other]
                type = local

                [store]
                type = s3
                provider = \(provider)
                endpoint = \(store.endpoint)
                access_key_id = testkey
                secret_access_key = \(store.secret)
                region = us-east-1
                # the end

                """
            try text.write(toFile: file, atomically: true, encoding: .utf8)
            return file
        }

        @Test func whatIsFoundIsSavedAndUsed() async throws {
            let godwit = try Godwit(), store = try #require(Store.seaweedfs)
            let bucket = try await store.makeBucket("probe")
            let file = try configuration(godwit, store, provider: "Other")
            let before = try String(contentsOfFile: file, encoding: .utf8)
            let told = try await godwit("remote", "test", "store:\(bucket)/in/", "--write", "--config", file)
            #expect(told.text.contains("listing_order = directories"), "\(told.text)")
            #expect(told.errorText.contains("--save"), "\(told.errorText)")
            #expect(try String(contentsOfFile: file, encoding: .utf8) == before, "told, and not asked to save")

            let saved = try await godwit("remote", "test", "store:\(bucket)/in/", "--save", "--json", "--config", file)
            let traits = try saved.lines.map { try JSONDecoder().decode(Trait.self, from: Data($0.utf8)) }
                .filter { $0.type == "trait" }
            #expect(traits.count > 20 && traits.allSatisfy { $0.option != nil && $0.assumed != nil })
            let text = try String(contentsOfFile: file, encoding: .utf8)
            for trait in traits {
                guard let option = trait.option, let found = trait.found else { continue }
                #expect(text.contains("\n\(option) = \(found)\n") == (found != trait.assumed), "\(option)")
            }
            #expect(text.hasPrefix("# mine\n[other]\ntype = local\n") && text.contains("# the end"))
            #expect(try await store.keys(bucket) == [], "the probe left something")

            let again = try await godwit("remote", "test", "store:\(bucket)", "--save", "--config", file)
            #expect(again.errorText.contains("nothing is to be saved"), "\(again.errorText)")
            // SeaweedFS lists these in an order of its own, which nobody is told about any more.
            try await store.put(bucket, [("in/d/b", "1"), ("in/d-a", "2"), ("in/d.c", "3")])
            let copied = try await godwit("copy", "store:\(bucket)/in", godwit.scratch.path("out"), "--config", file)
            #expect(!copied.errorText.contains("listing again"), "\(copied.errorText)")
            #expect(try String(contentsOfFile: godwit.scratch.path("out/d-a"), encoding: .utf8) == "2")
        }

        @Test func aKnownStoreIsProbedWhenItIsAskedFor() async throws {
            let godwit = try Godwit(), store = try #require(Store.seaweedfs)
            let bucket = try await store.makeBucket("probe")
            let file = try configuration(godwit, store, provider: "SeaweedFS")
            let location = "store:\(bucket)"
            #expect(
                try await !godwit("remote", "test", location, "--write", "--config", file).text.contains(
                    "listing_order"))
            let told = try await godwit("remote", "test", location, "--probe", "--config", file)
            #expect(told.text.contains("listing_order = directories\n"), "\(told.text)")
        }

        @Test func whatCannotBeSavedIsRefusedAtOnce() async throws {
            let godwit = try Godwit(), store = try #require(Store.seaweedfs)
            let file = try configuration(godwit, store, provider: "Other")
            try await godwit("remote", "test", store.location("bucket"), "--save", "--config", file, exit: 2)
            try await godwit("remote", "test", "other:/tmp", "--save", "--config", file, exit: 2)
            try await godwit("remote", "test", "store:", "--save", "--config", file, exit: 2)
            try await godwit("remote", "test", "store:", "--probe", "--config", file, exit: 2)
            let wrong = try await godwit(
                "ls", store.location("bucket", options: ",listing_order=sideways"), "--config", file, exit: 2)
            #expect(wrong.errorText.contains("it may be bytes, directories, none"), "\(wrong.errorText)")
        }

        @Test("a lock is refused where a second one would take its place", .enabled(if: Store.ceph != nil))
        func aBucketThatKeepsNoLock() async throws {
            let godwit = try Godwit(), store = try #require(Store.ceph)
            let bucket = try await store.makeBucket("lock", locks: true)
            let source = try godwit.scratch.directory("source")
            let refused = try await godwit(
                "sync", source, store.location(bucket + "/data"), "--lock", store.location(bucket + "/locks/a"), exit: 1
            )
            #expect(refused.errorText.contains("cannot keep one"), "\(refused.errorText)")
            #expect(try await store.keys(bucket, "locks/") == [])
        }
    }
}
