// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

extension EndToEnd {
    /// What credentials may not do is named, exactly, and nothing else; and nothing stays behind.
    @Suite struct DoctorTests {
        /// Two buckets, and who may do what.
        struct Setup: Sendable {
            var name: String
            var words: [String] = []
            var source = "test"
            var target = "test"
            /// Denied to everyone in the source's bucket, and in the target's.
            var denied: (source: [String], target: [String]) = ([], [])
            /// What is missing, by side.
            var missing: (source: [String], target: [String]) = ([], [])
            var leaves = 0
        }

        private static let setups = [
            Setup(name: "everything is allowed"),
            Setup(name: "everything is allowed for sync", words: ["--for", "sync"]),
            Setup(name: "a source that may be listed only", source: "lister", missing: (["s3:GetObject"], [])),
            Setup(name: "a source that may be read only", source: "getter", missing: (["s3:ListBucket"], [])),
            Setup(name: "a source that may be listed and read", source: "ro"),
            Setup(
                name: "a source to move from that may not be changed", words: ["--for", "move"], source: "ro",
                missing: (["s3:DeleteObject"], [])),
            Setup(
                name: "another bucket than the one that is allowed", source: "local",
                missing: (["s3:ListBucket"], [])),
            Setup(name: "a target that may be read only", target: "ro", missing: ([], ["s3:PutObject"])),
            Setup(
                name: "a target that may not be read", words: ["--no-journal"], target: "uploader",
                missing: ([], ["s3:GetObject"])),
            Setup(
                name: "a target that may not be read, and uploads that go on", target: "uploader",
                missing: (
                    [], ["s3:GetObject", "s3:ListMultipartUploadParts", "s3:ListBucketMultipartUploads"]
                )),
            Setup(name: "a target without tags", target: "copier", missing: ([], ["s3:PutObjectTagging"])),
            Setup(
                name: "a target without tags, where none travel", words: ["--no-preserve", "tags"], target: "copier"),
            Setup(name: "both sides", source: "lister", target: "ro", missing: (["s3:GetObject"], ["s3:PutObject"])),
            Setup(
                name: "nothing is listed at the source", denied: (["s3:ListBucket"], []),
                missing: (["s3:ListBucket"], [])),
            Setup(
                name: "no content of the source", denied: (["s3:GetObject"], []), missing: (["s3:GetObject"], [])),
            Setup(
                name: "no tags of the source", denied: (["s3:GetObjectTagging"], []),
                missing: (["s3:GetObjectTagging"], [])),
            Setup(
                name: "no versions of the source", words: ["--version-at", "1s"],
                denied: (["s3:ListBucketVersions"], []), missing: (["s3:ListBucketVersions"], [])),
            Setup(
                name: "nothing is listed at the target", denied: ([], ["s3:ListBucket"]),
                missing: ([], ["s3:ListBucket"])),
            Setup(
                name: "nothing is written at the target", denied: ([], ["s3:PutObject"]),
                missing: ([], ["s3:PutObject"])),
            Setup(
                name: "no tags are read at the target", denied: ([], ["s3:GetObjectTagging"]),
                missing: ([], ["s3:GetObjectTagging"])),
            Setup(
                name: "no tags at either side", denied: (["s3:GetObjectTagging"], ["s3:PutObjectTagging"]),
                missing: (["s3:GetObjectTagging"], ["s3:PutObjectTagging"])),
            Setup(
                name: "no upload is given up", denied: ([], ["s3:AbortMultipartUpload"]),
                missing: ([], ["s3:AbortMultipartUpload"]), leaves: 1),
            Setup(
                name: "no parts are listed", denied: ([], ["s3:ListMultipartUploadParts"]),
                missing: ([], ["s3:ListMultipartUploadParts"])),
            Setup(
                name: "no uploads are listed", denied: ([], ["s3:ListBucketMultipartUploads"]),
                missing: ([], ["s3:ListBucketMultipartUploads"])),
            Setup(
                name: "nothing is deleted by sync", words: ["--for", "sync"], denied: ([], ["s3:DeleteObject"]),
                missing: ([], ["s3:DeleteObject"]), leaves: 1),
            Setup(name: "nothing is deleted by copy", denied: ([], ["s3:DeleteObject"]), leaves: 1),
        ]

        private struct Event: Decodable {
            struct Policy: Decodable {
                var Statement: [Statement]
            }
            struct Statement: Decodable {
                var Action: [String]
            }

            var type: String
            var side, left: String?
            var missing: [String]?
            var policy: Policy?
            var exit: Int32?
        }

        private func location(_ store: Store, _ path: String, by name: String) -> String {
            ":s3,provider=SeaweedFS,endpoint=\"\(store.endpoint)\",access_key_id=\(name)key,"
                + "secret_access_key=\(name)secret,region=us-east-1:\(path)"
        }

        private func scene(_ store: Store) async throws -> (source: String, target: String) {
            let source = try await store.makeBucket("doctor"), target = try await store.makeBucket("doctor")
            try await store.put(source, [("in/a", "one"), ("in/b", "two")])
            try await store.tool("tag", source, "in/a", "a=b")
            return (source, target)
        }

        private func ask(
            _ godwit: Godwit, _ words: [String], exit: Int32, sourceLocation: SourceLocation = #_sourceLocation
        ) async throws -> [Event] {
            let run = try await godwit(words + ["--json"], exit: exit, sourceLocation: sourceLocation)
            return try run.lines.map { try JSONDecoder().decode(Event.self, from: Data($0.utf8)) }
        }

        /// Some side by side: most of the time goes into making buckets.
        @Test(.enabled(if: Store.seaweedfs != nil), arguments: Array(stride(from: 0, to: setups.count, by: 4)))
        func whatIsMissingIsNamed(from first: Int) async throws {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for setup in Self.setups[first..<min(first + 4, Self.setups.count)] {
                    group.addTask { try await whatIsMissing(setup) }
                }
                try await group.waitForAll()
            }
        }

        private func whatIsMissing(_ setup: Setup) async throws {
            let godwit = try Godwit(), store = try #require(Store.seaweedfs)
            let (source, target) = try await scene(store)
            if !setup.denied.source.isEmpty { try await deny(store, source, setup.denied.source) }
            if !setup.denied.target.isEmpty { try await deny(store, target, setup.denied.target) }
            let words =
                ["doctor"] + setup.words + [
                    location(store, "\(source)/in/", by: setup.source),
                    location(store, "\(target)/out/", by: setup.target),
                ]
            let wanted = setup.missing.source + setup.missing.target
            let events = try await ask(godwit, words, exit: wanted.isEmpty ? 0 : 7)
            func missing(_ side: String) -> [String] {
                events.filter { $0.side == side }.flatMap { $0.missing ?? [] }
            }
            #expect(missing("source") == setup.missing.source, "\(setup.name)")
            #expect(missing("target") == setup.missing.target, "\(setup.name)")
            // What to add is that, and no more.
            let statements = events.compactMap(\.policy).flatMap(\.Statement)
            #expect(Set(statements.flatMap(\.Action)) == Set(wanted), "\(setup.name)")
            #expect(events.compactMap(\.left).count == setup.leaves, "\(setup.name)")
            guard setup.leaves == 0, !setup.denied.target.contains("s3:ListBucket") else { return }
            #expect(try await store.keys(target).isEmpty)
            if setup.denied.target.isEmpty { #expect(try await store.unfinishedUploads(target).isEmpty) }
        }

        /// Until the store follows its own bucket policy.
        private func deny(_ store: Store, _ bucket: String, _ actions: [String]) async throws {
            try await store.tool(values: ["deny", bucket] + actions)
            try await Task.sleep(for: .seconds(1))
        }

        @Test(.enabled(if: Store.seaweedfs != nil)) func aDryRunWritesNothing() async throws {
            let godwit = try Godwit(), store = try #require(Store.seaweedfs)
            let (source, target) = try await scene(store)
            let words = ["doctor", "--dry-run", location(store, "\(source)/in/", by: "ro")]
            #expect(try await ask(godwit, words + [location(store, target, by: "ro")], exit: 0).count > 3)
        }

        @Test(.enabled(if: Store.seaweedfs != nil)) func aVersionedBucketKeepsNothingOfIt() async throws {
            let godwit = try Godwit(), store = try #require(Store.seaweedfs)
            let (source, target) = try await scene(store)
            try await store.tool("version", target)
            try await godwit("doctor", store.location("\(source)/in/"), store.location("\(target)/out/"))
            #expect(try await godwit("versions", store.location(target)).text.isEmpty)
        }

        @Test(.enabled(if: Store.seaweedfs != nil)) func linesForPeople() async throws {
            let godwit = try Godwit(), store = try #require(Store.seaweedfs)
            let (source, target) = try await scene(store)
            let run = try await godwit(
                "doctor", location(store, "\(source)/in/", by: "lister"), godwit.scratch.path("new/deep"), exit: 7)
            #expect(run.text.contains("source  list objects           yes\n"))
            #expect(run.text.contains("source  read an object         no: "))
            #expect(run.text.contains("the credentials need s3:GetObject\n"))
            #expect(run.text.contains("target  write an object        yes\n"))
            #expect(run.text.contains("\"arn:aws:s3:::\(source)/in/*\""))
            #expect(!FileManager.default.fileExists(atPath: godwit.scratch.path("new")))
            // The same for one remote.
            let test = try await godwit("remote", "test", "--write", location(store, target, by: "copier"), exit: 7)
            #expect(test.text.contains("write its tags         no: "))
            #expect(test.text.contains("\"s3:PutObjectTagging\""))
            try await godwit("remote", "test", "--write", store.location(target))
            #expect(try await store.keys(target).isEmpty)
        }

        @Test(.enabled(if: Store.seaweedfs != nil)) func whatIsWrongBesides() async throws {
            let godwit = try Godwit()
            var store = try #require(Store.seaweedfs)
            let (source, target) = try await scene(store)
            try await godwit("doctor", store.location("no-such-bucket/"), store.location(target), exit: 3)
            store.secret = "wrong"
            let run = try await godwit("doctor", store.location(source), godwit.scratch.path(""), exit: 7)
            #expect(run.text.contains("SignatureDoesNotMatch") && !run.text.contains("add to the policy"))
            store.endpoint = "http://127.0.0.1:1"
            try await godwit("doctor", store.location(source), godwit.scratch.path(""), exit: 5)
        }

        // MARK: a user of whom a bucket's policy says everything

        /// What Ceph asks for; to do something with an object of one's own takes nothing there.
        private static let tried = (
            source: ["s3:ListBucket", "s3:GetObject", "s3:GetObjectTagging"],
            target: [
                "s3:ListBucket", "s3:PutObject", "s3:ListBucketMultipartUploads", "s3:AbortMultipartUpload",
                "s3:DeleteObject",
            ]
        )

        /// What `policy` prints is enough for a sync, and none of it is named for nothing.
        @Test(
            .enabled(if: Store.ceph != nil),
            arguments: [("", "")] + tried.source.map { ("source", $0) } + tried.target.map { ("target", $0) })
        func aPolicyIsEnoughAndNoMore(side: String, without action: String) async throws {
            let godwit = try Godwit(), store = try #require(Store.ceph)
            let (source, target) = try await scene(store)
            func guest(_ path: String) -> String {
                ":s3,provider=Ceph,endpoint=\"\(store.endpoint)\",access_key_id=guestkey,"
                    + "secret_access_key=guestsecret,region=us-east-1:\(path)"
            }
            let words = ["--for", "sync", guest("\(source)/in/"), guest("\(target)/out/")]
            for (name, bucket) in [("source", source), ("target", target)] {
                let printed = try await godwit(["policy", "--side", name] + words).output
                var policy = try #require(try JSONSerialization.jsonObject(with: printed) as? [String: Any])
                let statements = try #require(policy["Statement"] as? [[String: Any]])
                policy["Statement"] = statements.compactMap { statement -> [String: Any]? in
                    var statement = statement
                    let actions = (statement["Action"] as? [String] ?? []).filter { name != side || $0 != action }
                    statement["Action"] = actions
                    return actions.isEmpty ? nil : statement
                }
                try await store.tool("allow", bucket, "guest", input: JSONSerialization.data(withJSONObject: policy))
            }
            let events = try await ask(godwit, ["doctor"] + words, exit: action.isEmpty ? 0 : 7)
            #expect(
                events.flatMap { event in (event.missing ?? []).map { "\(event.side ?? "") \($0)" } }
                    == (action.isEmpty ? [] : ["\(side) \(action)"]))
            guard action.isEmpty else { return }
            try await godwit(["sync"] + words.dropFirst(2))
            #expect(try await store.keys(target) == ["out/a", "out/b"])
        }

        @Test func aPolicyIsPrintedWithoutAnyStore() async throws {
            let godwit = try Godwit()
            let run = try await godwit("policy", ".", "s3://bucket/pre/", "--no-journal", "--no-preserve", "lock")
            let policy = try JSONDecoder().decode(Event.Policy.self, from: run.output)
            #expect(
                policy.Statement.map(\.Action) == [
                    ["s3:ListBucket"],
                    ["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject", "s3:AbortMultipartUpload"],
                ])
            try await godwit("policy", ".", "s3://bucket/", "--max-delete", "5", exit: 2)
            #expect(try await godwit("policy", ".", "/tmp").text.isEmpty)
        }
    }
}
