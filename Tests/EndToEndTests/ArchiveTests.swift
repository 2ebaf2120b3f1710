// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

extension EndToEnd {
    /// Objects that a store has archived, which it gives back some time after they were asked for.
    @Suite struct ArchiveTests {
        private static let texts = ["a": "one", "cold/1": "two", "cold/2": "three", "deep/1": "four"]

        /// A bucket with two objects in GLACIER, one in DEEP_ARCHIVE and one that can be read.
        private func fill(_ store: Store) async throws -> String {
            let bucket = try await store.makeBucket("arch")
            let objects = Self.texts.map { key, text -> [String: Any] in
                let name = key.hasPrefix("cold") ? "GLACIER" : key.hasPrefix("deep") ? "DEEP_ARCHIVE" : "STANDARD"
                return ["key": key, "text": text, "options": ["StorageClass": name]]
            }
            try await store.tool("put", bucket, input: JSONSerialization.data(withJSONObject: objects))
            return bucket
        }

        private static var stores: [Store] { [Store.moto, Store.ministack].compactMap(\.self) }

        @Test("what is archived is left out with a reason, and the run does not end with 0", arguments: stores)
        func leftOut(store: Store) async throws {
            let godwit = try Godwit()
            let bucket = try await fill(store), target = try godwit.scratch.directory("target")
            let rows = godwit.scratch.path("rows.csv")
            let run = try await godwit("sync", store.location(bucket), target, "--report", rows, exit: 6)
            #expect(run.errorText.contains("3 objects (12 B) are archived"), "\(run.errorText)")
            #expect(run.errorText.contains("--restore-days"))
            let report = try String(contentsOfFile: rows, encoding: .utf8)
            #expect(report.contains("cold/1,skipped,archived"), "\(report)")
            #expect(try FileTree(reading: target).paths == ["a"])
            let summary = try await godwit.summary(of: ["sync", store.location(bucket), target, "--ignore-archived"])
            #expect(summary.objects.failed == 0 && summary.objects.skipped == 4)
        }

        @Test("a copy asks for what is archived, waits, and has everything", arguments: stores)
        func waits(store: Store) async throws {
            let godwit = try Godwit()
            let bucket = try await fill(store), target = try await store.makeBucket("thawed")
            // By the store itself, and through this machine.
            for flags in [["--server-side", "never"], []] {
                let to = store.location(target) + "/\(flags.count)"
                let summary = try await godwit.summary(
                    of: ["sync", store.location(bucket), to, "--restore-days", "2", "--restore-tier", "bulk", "--wait"]
                        + flags)
                #expect(summary.objects.failed == 0 && summary.objects.skipped == 0, "\(summary)")
            }
            #expect(try await store.keys(target).count == 8)
        }

        @Test("a restore of which one request fails says so, does the rest, and does not end with 0")
        func oneFails() async throws {
            let store = try #require(Store.moto), godwit = try Godwit()
            let bucket = try await fill(store)
            // The first request lists.
            let proxy = try await FaultProxy(store, .serverError, at: 3)
            let place = store.behind(port: proxy.port).location(bucket) + "/"
            let run = try await godwit("restore", place, "--days", "2", "--low-level-retries", "1", exit: 6)
            #expect(try await proxy.end().injected == 1)
            #expect(run.errorText.contains("restoring 2 archived objects"), "\(run.errorText)")
            #expect(run.errorText.contains("ERROR"))
        }

        @Test("restore asks for everything under a location, and waits", arguments: stores)
        func restore(store: Store) async throws {
            let godwit = try Godwit()
            let bucket = try await fill(store), target = try godwit.scratch.directory("target")
            let dry = try await godwit("restore", store.location(bucket), "--days", "2", "-n")
            #expect(dry.errorText.contains("would restore 3 archived objects"), "\(dry.errorText)")
            let asked = try await godwit(
                "restore", store.location(bucket), "--days", "2", "--exclude", "deep/**", "--wait")
            #expect(asked.errorText.contains("restoring 2 archived objects"), "\(asked.errorText)")
            #expect(try await godwit("stat", store.location(bucket) + "/cold/1").text.contains("restored until"))
            try await godwit("copy", store.location(bucket), target, exit: 6)
            #expect(try FileTree(reading: target).paths.sorted() == ["a", "cold/1", "cold/2"])
            try await godwit("cat", store.location(bucket) + "/deep/1", exit: 1)
            try await godwit("restore", target, "--days", "2", exit: 1)
        }
    }
}
