// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

extension EndToEnd {
    /// Histories are copied whole and once, seen by another reader.
    @Suite struct HistoryTests {
        /// By key, the oldest first; nil: a delete marker.
        private typealias Histories = [String: [[String: String]?]]

        private static func histories(_ store: Store, _ bucket: String) async throws -> Histories {
            try JSONDecoder().decode(Histories.self, from: try await store.tool("histories", bucket).output)
        }

        /// The keys whose histories differ, with both, without what tells of the copy and what one of the stores does not
        /// keep at all.
        private static func differences(
            _ found: Histories, _ wanted: Histories, unknown: [String] = ["grant", "grant."]
        ) -> [String] {
            let names = Set(["meta.mtime", "meta.godwit-source-version", "version"] + unknown)
            func comparable(_ history: [[String: String]?]) -> [[String: String]?] {
                history.map { version in
                    version?.filter { field, _ in
                        !names.contains(field) && !unknown.contains { $0.hasSuffix(".") && field.hasPrefix($0) }
                    }
                }
            }
            return Set(found.keys).union(wanted.keys).sorted().compactMap { key in
                let (one, other) = (comparable(found[key] ?? []), comparable(wanted[key] ?? []))
                return one == other ? nil : "\(key): \(one) is not \(other)"
            }
        }

        /// 500 keys in `make test-full`.
        private static let keyCount =
            ProcessInfo.processInfo.environment["GODWIT_TEST_SEEDS"].flatMap { Int($0) }.map { $0 >= 200 ? 500 : 15 }
            ?? 15

        /// A bucket whose keys have three to six versions each, delete markers between and above them, and everything that
        /// an object carries.
        private static func make(
            _ store: Store, _ keys: Int = keyCount, locks: Bool = false, hasMarkers: Bool = true, seed: UInt64 = 11
        ) async throws -> String {
            let bucket = try await store.makeBucket("history", locks: locks)
            if !locks { try await store.tool("version", bucket) }
            var random = SeededRandom(seed: seed)
            let until = ISO8601DateFormatter().string(from: Date.now + 600)
            var events: [[String: Any]] = []
            for number in 0..<keys {
                let key = ["d\(number % 7)/k \(number)", "é\(number)", "e\(number % 7)-\(number)"][number % 3]
                for version in 0..<Int.random(in: 3...6, using: &random) {
                    var options: [String: Any] = ["ContentType": "text/\(version)", "Tagging": "n=\(version)&k=v%20w"]
                    if Bool.random(using: &random) { options["CacheControl"] = "max-age=\(version)" }
                    if locks, version == 1 {
                        options["ObjectLockMode"] = "GOVERNANCE"
                        options["ObjectLockRetainUntilDate"] = until
                        options["ChecksumAlgorithm"] = "SHA256"
                    }
                    if version == 2, number % 5 == 0 { options["ACL"] = "public-read" }
                    events.append([
                        "key": key, "text": "\(number % 4) \(version / 2)", "metadata": ["v": "\(version)"],
                        "options": options,
                    ])
                    if hasMarkers, Int.random(in: 0..<5, using: &random) == 0 {
                        events.append(["key": key, "delete": true])
                    }
                }
            }
            try await store.tool("happen", bucket, input: JSONSerialization.data(withJSONObject: events))
            return bucket
        }

        private static func emptyBucket(_ store: Store, locks: Bool = false) async throws -> String {
            let bucket = try await store.makeBucket("replica", locks: locks)
            if !locks { try await store.tool("version", bucket) }
            return bucket
        }

        private struct Pair: Sendable, CustomTestStringConvertible {
            var source: Store, target: Store
            var flags: [String] = []
            var locks = false
            /// Whether both list delete markers where they belong: moto lists them apart, by whole seconds.
            var hasMarkers = true
            /// What one of them does not keep of every version.
            var unknown: [String] = ["grant", "grant."]

            var testDescription: String { "\(source) to \(target) \(flags.joined(separator: " "))" }
        }

        /// Waits for what a killed process had asked of the store: nobody can call that back.
        private static func settle(_ store: Store, _ bucket: String) async throws {
            var last: Data?
            while true {
                let now = try await store.tool("versions", bucket).output
                if now == last { return }
                last = now
                try await Task.sleep(for: .milliseconds(300))
            }
        }

        private static let pairs: [Pair] = {
            guard let moto = Store.moto, let seaweedfs = Store.seaweedfs, let ministack = Store.ministack else {
                return []
            }
            let others = Store.ceph.map { [Pair(source: seaweedfs, target: $0), Pair(source: $0, target: seaweedfs)] }
            return [
                Pair(source: seaweedfs, target: seaweedfs),
                Pair(source: seaweedfs, target: seaweedfs, flags: ["--server-side", "never"]),
                Pair(source: seaweedfs, target: ministack, unknown: ["grant", "grant.", "tag."]),
                Pair(source: seaweedfs, target: moto, hasMarkers: false, unknown: ["grant", "grant."]),
                Pair(source: moto, target: moto, locks: true, hasMarkers: false, unknown: []),
            ] + (others ?? [])
        }()

        @Test(arguments: pairs) private func aWholeHistory(pair: Pair) async throws {
            let (source, target, unknown) = (pair.source, pair.target, pair.unknown)
            let from = try await Self.make(source, locks: pair.locks, hasMarkers: pair.hasMarkers)
            let into = try await Self.emptyBucket(target, locks: pair.locks)
            let godwit = try Godwit(), report = godwit.scratch.path("report.jsonl")
            let words =
                ["copy", source.location(from), target.location(into), "--all-versions", "--preserve", "acl"]
                + pair.flags
            let run = try await godwit.summary(of: words + ["--report", report])
            let wanted = try await Self.histories(source, from), found = try await Self.histories(target, into)
            #expect(Self.differences(found, wanted, unknown: unknown) == [])
            #expect(wanted.values.flatMap(\.self).contains { $0 == nil } == pair.hasMarkers)
            let count = wanted.values.reduce(0) { $0 + $1.count }
            #expect(run.objects.transferred + run.objects.serverCopied == count)
            // The report says which version each became, and so does each.
            struct Row: Decodable { var key: String, source_version: String, target_version: String? }
            let rows = try String(contentsOfFile: report, encoding: .utf8).split(separator: "\n")
                .map { try JSONDecoder().decode(Row.self, from: Data($0.utf8)) }
            let origins = Dictionary(rows.map { ($0.target_version ?? $0.source_version, $0.source_version) }) { $1 }
            #expect(rows.count == count && origins.count == count)
            for version in found.values.flatMap(\.self).compactMap(\.self) {
                #expect(version["meta.godwit-source-version"] == origins[version["version"] ?? ""])
            }
            #expect(try await godwit.summary(of: words).objects.skipped == count)
            try await godwit("check", source.location(from), target.location(into), "--all-versions")
            #expect(try await Self.histories(target, into) == found)
        }

        /// Killed in the middle and run again: the same as never killed.
        @Test(.enabled(if: Store.seaweedfs != nil), arguments: [1, 2]) func killed(seed: UInt64) async throws {
            let store = try #require(Store.seaweedfs)
            let from = try await Self.make(store, 40, seed: seed), into = try await Self.emptyBucket(store)
            let godwit = try Godwit()
            let words =
                ["copy", store.location(from), store.location(into), "--all-versions", "--transfers", "8"]
                + (seed % 2 == 0 ? ["--server-side", "never"] : [])
            for delay in [150, 300] {
                let child = try godwit.start(words)
                try await Task.sleep(for: .milliseconds(delay))
                child.signal(SIGKILL)
                _ = try await child.end(within: 60)
                try await Self.settle(store, into)
            }
            try await godwit(words)
            let wanted = try await Self.histories(store, from), found = try await Self.histories(store, into)
            #expect(Self.differences(found, wanted) == [])
        }

        /// One request after the other is spoiled, also when it took effect.
        @Test(
            .enabled(if: Store.seaweedfs != nil),
            arguments: [FaultProxy.Fault.lostReply, .serverError])
        func spoiled(fault: FaultProxy.Fault) async throws {
            let store = try #require(Store.seaweedfs)
            let from = try await Self.make(store, 4)
            let wanted = try await Self.histories(store, from)
            for number in [3, 7, 12] {
                let into = try await Self.emptyBucket(store), godwit = try Godwit()
                let proxy = try await FaultProxy(store, fault, at: number)
                let words = [
                    "copy", store.location(from), store.behind(port: proxy.port).location(into), "--all-versions",
                ]
                let outcome = try await godwit.start(words).end(within: 120)
                #expect(outcome.status == 0, "\(number): \(outcome.errorText)")
                #expect(try await proxy.end().injected == 1)
                let found = try await Self.histories(store, into)
                #expect(Self.differences(found, wanted) == [], "\(fault) at \(number)")
            }
        }

        /// Back to an earlier time, and forth; then old versions are swept.
        @Test(arguments: [Store.seaweedfs, Store.moto].compactMap(\.self)) func putBack(store: Store) async throws {
            let godwit = try Godwit(), bucket = try await Self.emptyBucket(store)
            try await store.put(bucket, [("a", "one"), ("d/b", "first"), ("e", "gone")])
            try await store.tool("delete", bucket, "e")
            try await Task.sleep(for: .milliseconds(1_100))
            let then = ISO8601DateFormatter().string(from: .now)
            try await Task.sleep(for: .milliseconds(1_900))
            try await store.put(bucket, [("a", "twenty"), ("c", "new")])
            try await store.tool("delete", bucket, "d/b")
            try await Task.sleep(for: .milliseconds(1_100))
            let place = store.location(bucket), now = ISO8601DateFormatter().string(from: .now)
            // What is written within the same second would belong to it.
            try await Task.sleep(for: .milliseconds(1_100))
            func contents() async throws -> [String: Int] { try await store.objects(bucket).mapValues(\.size) }
            try await godwit("restore", place, "--to", then, "-n")
            #expect(try await contents() == ["a": 6, "c": 3])
            let run = try await godwit.summary("restore", place, "--to", then)
            #expect(run.objects.serverCopied == 2 && run.objects.deleted == 1)
            #expect(try await contents() == ["a": 3, "d/b": 5])
            try await godwit("restore", place, "--to", now)
            #expect(try await contents() == ["a": 6, "c": 3])
            // One object, which is not there now.
            try await godwit("restore", "\(place)/d/b", "--to", then)
            #expect(try await contents() == ["a": 6, "c": 3, "d/b": 5])
            try await godwit("restore", place, exit: 2)
            try await godwit("restore", place, "--to", "1000d", exit: 12)
            try await godwit("restore", godwit.scratch.path(""), "--to", then, exit: 2)

            let all = try await Self.histories(store, bucket)
            try await godwit("cleanup", place, "--keep-versions", "1", "-n")
            try await godwit("cleanup", place, "--version-max-age", "1d")
            #expect(try await Self.histories(store, bucket) == all)
            try await godwit("cleanup", place, "--keep-versions", "1")
            #expect(try await Self.histories(store, bucket).values.allSatisfy { $0.count <= 2 })
            try await godwit("cleanup", place, "--keep-versions", "0")
            #expect(try await Self.histories(store, bucket).mapValues(\.count) == ["a": 1, "c": 1, "d/b": 1])
            #expect(try await contents() == ["a": 6, "c": 3, "d/b": 5])
        }

        @Test(.enabled(if: Store.seaweedfs != nil)) func whatCannotBeIsRefused() async throws {
            let store = try #require(Store.seaweedfs), godwit = try Godwit()
            let from = try await Self.make(store, 2), plain = try await store.makeBucket("plain")
            let source = store.location(from)
            let refused = try await godwit(["copy", source, store.location(plain), "--all-versions"], exit: 1)
            #expect(
                refused.errorText.contains("does not keep versions") && refused.errorText.contains("turn versioning on")
            )
            try await godwit("copy", source, store.location("no-such-bucket"), "--all-versions", exit: 3)
            try await godwit("restore", store.location("no-such-bucket"), "--to", "1d", exit: 3)
            let files = godwit.scratch.path("files")
            try await godwit("copy", source, files, "--all-versions", exit: 1)
            #expect(!FileManager.default.fileExists(atPath: files))
            let into = store.location(try await Self.emptyBucket(store))
            for words in [
                ["copy", "--min-size", "1"], ["copy", "--checksum"], ["move"], ["copy", "--interactive"],
                ["copy", "--version-at", "1d"], ["copy", "--backup-dir", files], ["sync", "--delete-before"],
            ] {
                let run = try await godwit([words[0], source, into, "--all-versions"] + words.dropFirst(), exit: 2)
                #expect(run.errorText.contains("--all-versions"), "\(words)")
            }
            // One key alone, and what is above it in a listing stays out.
            let key = try #require(try await Self.histories(store, from).keys.min())
            let one = try await godwit.summary("copyto", "\(source)/\(key)", "\(into)/copy", "--all-versions")
            #expect(one.objects.transferred + one.objects.serverCopied >= 3)
        }
    }
}
