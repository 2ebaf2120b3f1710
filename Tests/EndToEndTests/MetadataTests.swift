// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

extension EndToEnd {
    /// What objects carry beside their bytes, in every way of copying, seen by another reader.
    @Suite struct MetadataTests {
        private typealias Carried = [String: [String: String]]

        /// Objects with everything: a small one, one for several parts, one that is locked, one that everyone may read, one
        /// with nothing.
        private func fill(_ store: Store, _ bucket: String) async throws {
            let until = ISO8601DateFormatter().string(from: Date.now + 120)
            let headers: [String: Any] = [
                "ContentType": "text/x-a", "CacheControl": "max-age=3",
                "ContentDisposition": "attachment; filename=\"a b\"",
                "ContentEncoding": "x-b", "ContentLanguage": "de", "Expires": "2030-01-01T00:00:00Z",
                "Tagging": "k=v%20w&z=1", "WebsiteRedirectLocation": "/there",
            ]
            let lock: [String: Any] = [
                "ObjectLockMode": "GOVERNANCE", "ObjectLockRetainUntilDate": until, "ObjectLockLegalHoldStatus": "ON",
                "ChecksumAlgorithm": "SHA256", "Tagging": "l=1",
            ]
            let objects: [[String: Any]] = [
                ["key": "all", "text": "x", "metadata": ["a": "b", "c-d": "e f"], "options": headers],
                ["key": "large", "size": 11 << 20, "seed": 3, "metadata": ["a": "b"], "options": headers],
                ["key": "locked", "text": "l", "options": lock],
                ["key": "public", "text": "p", "options": ["ACL": "public-read"]],
                ["key": "plain", "text": "n"],
            ]
            try await store.tool("put", bucket, input: JSONSerialization.data(withJSONObject: objects))
        }

        /// Without the time that godwit keeps with the copy.
        private func withoutTimes(_ carried: Carried) -> Carried {
            carried.mapValues { $0.filter { $0.key != "meta.mtime" } }
        }

        /// Without what a store does not keep at all.
        private func known(_ carried: Carried, to store: Store) -> Carried {
            guard store.name == "SeaweedFS" else { return withoutTimes(carried) }
            return withoutTimes(carried).mapValues {
                $0.filter { $0.key != "WebsiteRedirectLocation" && !$0.key.hasPrefix("grant") }
            }
        }

        private static let ways: [[String]] = [
            [], ["--server-side", "never"],
            ["--s3-chunk-size", "5M", "--s3-upload-cutoff", "5M", "--server-side", "never"],
            ["--s3-copy-cutoff", "5M"],
        ]

        @Test(.enabled(if: Store.moto != nil), arguments: ways)
        func withinAStore(flags: [String]) async throws {
            let store = try #require(Store.moto), godwit = try Godwit()
            let source = try await store.makeBucket("all", locks: true),
                target = try await store.makeBucket("to", locks: true)
            try await fill(store, source)
            let summary = try await godwit.summary(
                of: ["sync", store.location(source), store.location(target), "--preserve", "acl"] + flags)
            #expect(summary.objects.failed == 0)
            var expected = known(try await store.carried(source), to: store)
            var found = known(try await store.carried(target), to: store)
            // moto cannot say who may read an object that came in parts.
            expected["large"]?["grant"] = nil
            found["large"]?["grant"] = nil
            #expect(found == expected)
            let again = try await godwit.summary(
                of: ["sync", store.location(source), store.location(target), "--preserve", "acl"] + flags)
            #expect(again.changedNothing)
        }

        /// What is locked at the source later on becomes so at the target, and nothing there is unlocked.
        @Test(arguments: [Store.moto, Store.seaweedfs].compactMap(\.self))
        private func locksFollow(store: Store) async throws {
            let godwit = try Godwit()
            let source = try await store.makeBucket("locks", locks: true),
                target = try await store.makeBucket("follow", locks: true)
            func put(_ key: String, _ options: [String: Any]) async throws {
                let object: [String: Any] = ["key": key, "text": "same", "options": options]
                try await store.tool("put", source, input: JSONSerialization.data(withJSONObject: [object]))
            }
            func until(_ seconds: Double) -> String { ISO8601DateFormatter().string(from: Date.now + seconds) }
            try await put("free", [:])
            try await put("held", ["ObjectLockLegalHoldStatus": "ON", "ChecksumAlgorithm": "SHA256"])
            let line = ["sync", store.location(source), store.location(target)]
            #expect(try await godwit.summary(of: line).objects.failed == 0)
            let before = try await store.carried(target)
            #expect(before["held"]?["ObjectLockLegalHoldStatus"] == "ON", "\(before)")
            try await put("held", [:])
            let end = until(300)
            try await put(
                "free",
                [
                    "ObjectLockMode": "GOVERNANCE", "ObjectLockRetainUntilDate": end, "ObjectLockLegalHoldStatus": "ON",
                    "ChecksumAlgorithm": "SHA256",
                ])
            let summary = try await godwit.summary(of: line + ["--compare-metadata"])
            #expect(summary.objects.failed == 0 && summary.bytes.transferred == 0)
            let after = try await store.carried(target)
            #expect(after["free"]?["ObjectLockMode"] == "GOVERNANCE", "\(after)")
            #expect(after["free"]?["ObjectLockLegalHoldStatus"] == "ON")
            #expect(after["held"]?["ObjectLockLegalHoldStatus"] == "ON")
            #expect(try await godwit.summary(of: line + ["--compare-metadata"]).changedNothing)
        }

        @Test(.enabled(if: Store.moto != nil && Store.seaweedfs != nil), arguments: [[], ["--s3-chunk-size", "5M"]])
        func toAnotherStoreAndAFileSystemAndBack(flags: [String]) async throws {
            let moto = try #require(Store.moto), weed = try #require(Store.seaweedfs), godwit = try Godwit()
            let source = try await moto.makeBucket("all", locks: true)
            let target = try await weed.makeBucket("to", locks: true),
                back = try await moto.makeBucket("back", locks: true)
            try await fill(moto, source)
            let carried = try await moto.carried(source)
            try await godwit(["copy", moto.location(source), weed.location(target)] + flags)
            #expect(known(try await weed.carried(target), to: weed) == known(carried, to: weed))
            let files = godwit.scratch.path("files")
            try await godwit(["copy", weed.location(target), files] + flags)
            try await godwit(["copy", files, moto.location(back)] + flags)
            #expect(known(try await moto.carried(back), to: weed) == known(carried, to: weed))
        }

        /// Files keep who may read them, where that is asked for.
        @Test(.enabled(if: Store.moto != nil))
        func accessListsStayWithFiles() async throws {
            let store = try #require(Store.moto), godwit = try Godwit()
            let source = try await store.makeBucket("all", locks: true)
            try await fill(store, source)
            for (flags, isKept) in [(["--preserve", "acl"], true), ([], false)] {
                let files = godwit.scratch.path("files-\(isKept)"),
                    target = try await store.makeBucket("to", locks: true)
                try await godwit(["copy", store.location(source), files] + flags)
                try await godwit(["copy", files, store.location(target)] + flags)
                let found = try await store.carried(target)
                #expect(found["public"]?["grant.AllUsers"] == (isKept ? "READ" : nil), "\(found)")
                #expect(found["plain"]?["grant.AllUsers"] == nil, "\(found)")
                let again = try await godwit.summary(
                    of: ["sync", files, store.location(target), "--compare-metadata"] + flags)
                #expect(again.changedNothing)
            }
        }

        /// What a bucket does not keep is told, object by object and in all.
        @Test(.enabled(if: Store.seaweedfs != nil && Store.moto != nil))
        func whatIsNotKeptIsTold() async throws {
            let moto = try #require(Store.moto), weed = try #require(Store.seaweedfs), godwit = try Godwit()
            let source = try await moto.makeBucket("all", locks: true), target = try await weed.makeBucket("to")
            try await fill(moto, source)
            let report = godwit.scratch.path("report.csv")
            let run = try await godwit(
                "copy", moto.location(source), weed.location(target), "--preserve", "acl", "--report", report)
            #expect(run.errorText.contains("does not keep everything that objects carry"))
            let rows = try String(contentsOfFile: report, encoding: .utf8).split(separator: "\r\n")
            func lost(_ key: String) -> String? {
                rows.first { $0.hasPrefix(key + ",") }?.split(separator: ",", omittingEmptySubsequences: false).last
                    .map(String.init)
            }
            #expect(rows.first?.hasSuffix(",not_kept") == true)
            #expect(
                lost("all") == "redirect" && lost("locked") == "lock" && lost("public") == "acl" && lost("plain") == "")
        }

        /// Tags of small objects and of large ones arrive at every store, whatever it forgets.
        @Test(arguments: [Store.seaweedfs, Store.moto, Store.ministack, Store.ceph].compactMap(\.self))
        func tagsArriveEverywhere(store: Store) async throws {
            let godwit = try Godwit()
            let source = try await store.makeBucket("from"), target = try await store.makeBucket("to")
            let copy = try await store.makeBucket("copy")
            let options = ["Tagging": "k=v%20w&z=1"]
            let objects: [[String: Any]] = [
                ["key": "small", "text": "x", "options": options],
                ["key": "large", "size": 6 << 20, "options": options],
            ]
            try await store.tool("put", source, input: JSONSerialization.data(withJSONObject: objects))
            let chunks = ["--s3-chunk-size", "5M", "--s3-upload-cutoff", "5M", "--s3-copy-cutoff", "5M"]
            try await godwit(
                ["copy", store.location(source), store.location(target), "--server-side", "never"] + chunks)
            try await godwit(["copy", store.location(source), store.location(copy)] + chunks)
            for bucket in [target, copy] {
                let carried = try await store.carried(bucket).mapValues { $0.filter { $0.key.hasPrefix("tag.") } }
                #expect(
                    carried == ["small": ["tag.k": "v w", "tag.z": "1"], "large": ["tag.k": "v w", "tag.z": "1"]])
            }
        }

        /// A change of what an object carries is found, and repaired without moving its bytes and without losing the rest.
        @Test(arguments: [Store.moto, Store.seaweedfs].compactMap(\.self))
        func metadataAloneIsRepaired(store: Store) async throws {
            let godwit = try Godwit()
            let source = try await store.makeBucket("from"), target = try await store.makeBucket("to")
            func put(_ type: String, _ tags: String) async throws {
                let objects: [[String: Any]] = [
                    [
                        "key": "a", "text": "x", "metadata": ["m": type],
                        "options": ["ContentType": type, "Tagging": tags],
                    ],
                    ["key": "b", "text": "y"],
                ]
                try await store.tool("put", source, input: JSONSerialization.data(withJSONObject: objects))
            }
            let words = ["sync", store.location(source), store.location(target), "--server-side", "never"]
            try await put("text/one", "k=1")
            _ = try await godwit.summary(of: words)
            // Times of writing are whole seconds in a listing.
            try await Task.sleep(for: .seconds(2))
            try await put("text/two", "k=2")
            let run = try await godwit.summary(of: words)
            #expect(run.objects.metadataUpdated == 1 && run.objects.transferred == 0 && run.bytes.transferred == 0)
            #expect(withoutTimes(try await store.carried(target)) == withoutTimes(try await store.carried(source)))
            // Tags leave no trace in listings.
            try await store.tool("tag", source, "a", "k=3")
            try await godwit(["check"] + words[1...2] + ["--compare-metadata"], exit: 1)
            let asked = try await godwit.summary(of: words + ["--compare-metadata"])
            #expect(asked.objects.metadataUpdated == 1)
            #expect(withoutTimes(try await store.carried(target)) == withoutTimes(try await store.carried(source)))
        }

        /// What a store refuses is an error of that object, with the store's reason, and the others arrive.
        @Test(.enabled(if: Store.moto != nil))
        func whatIsRefusedIsToldAndTheRestArrives() async throws {
            let store = try #require(Store.moto), godwit = try Godwit()
            let bucket = try await store.makeBucket("to"), files = try godwit.scratch.directory("files")
            try Data("x".utf8).write(to: URL(filePath: files + "/a"))
            let refused = try await godwit(
                [
                    "copy", files, store.location(bucket), "--s3-storage-class", "NO_SUCH_CLASS",
                ], exit: 6)
            #expect(refused.errorText.contains("InvalidStorageClass"))
            #expect(refused.errorText.contains("\"NO_SUCH_CLASS\" was asked for"))
            for wrong in [
                ["--preserve", "everything"], ["--preserve", "acl", "--no-preserve", "acl"],
                ["-M", "--no-preserve", "metadata"],
                ["--header-upload", "Host: x"], ["--metadata-set", "a b=c"], ["--storage-class-map", "GLACIER"],
            ] {
                try await godwit(["copy", files, store.location(bucket)] + wrong, exit: 2)
            }
            #expect(try await store.keys(bucket).isEmpty)
        }
    }
}
