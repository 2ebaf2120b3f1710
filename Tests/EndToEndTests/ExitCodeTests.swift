// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

extension EndToEnd {
    /// Bad input gets its exit code and a message that helps.
    @Suite struct ExitCodeTests {
        private func source(_ godwit: Godwit) throws -> String {
            var random = SeededRandom(seed: 5)
            var tree = FileTree()
            tree["a"] = random.file(5)
            let source = try godwit.scratch.directory("source")
            try tree.write(to: source)
            return source
        }

        @Test func usage() async throws {
            let godwit = try Godwit()
            let source = try source(godwit)
            try await godwit("no-such-command", exit: 2)
            try await godwit("copy", exit: 2)
            try await godwit("copy", source, exit: 2)
            try await godwit("copy", "--no-such-flag", source, godwit.scratch.path("x"), exit: 2)
            try await godwit("copy", "--transfers", "many", source, godwit.scratch.path("x"), exit: 2)
            try await godwit("copy", "--bwlimit", "fast", source, godwit.scratch.path("x"), exit: 2)
            try await godwit("copy", "--filter", "? what", source, godwit.scratch.path("x"), exit: 2)
            #expect(!FileManager.default.fileExists(atPath: godwit.scratch.path("x")))
        }

        @Test(
            "flags that contradict one another",
            arguments: [
                ["--size-only", "--checksum"], ["--delete-before", "--delete-during"],
                ["--delete-after", "--delete-before"],
                ["--links", "--copy-links"], ["--quiet", "-v"], ["--compare", "mtime", "--size-only"],
            ])
        func contradictions(_ flags: [String]) async throws {
            let godwit = try Godwit()
            let source = try source(godwit)
            let target = godwit.scratch.path("x")
            let outcome = try await godwit.start(["sync"] + flags + [source, target]).end(within: 60)
            #expect(outcome.status == 2, "\(flags): exit \(outcome.status) \(outcome.errorText)")
            #expect(!FileManager.default.fileExists(atPath: target))
        }

        @Test func unknownRemote() async throws {
            let godwit = try Godwit()
            let outcome = try await godwit("copy", try source(godwit), "nowhere:bucket/x", exit: 2)
            #expect(outcome.errorText.contains("nowhere"))
        }

        @Test func missingBucket() async throws {
            let godwit = try Godwit()
            let store = try #require(Store.seaweedfs)
            let source = try source(godwit)
            let missing = store.location("no-such-bucket-here/x")
            for words in [["copy", source, missing], ["copy", missing, godwit.scratch.path("y")], ["ls", missing]] {
                let outcome = try await godwit.start(words).end(within: 60)
                #expect(outcome.status == 3, "\(words[0]): exit \(outcome.status) \(outcome.errorText)")
                #expect(outcome.errorText.contains("no-such-bucket-here"))
            }
            try await godwit(
                "copy", "--create-bucket", source, store.location("made-\(UUID().uuidString.lowercased())/x"))
        }

        @Test func missingDirectoryAndObject() async throws {
            let godwit = try Godwit()
            let store = try #require(Store.seaweedfs)
            let bucket = try await store.makeBucket("codes")
            // Nothing is made at the target for a source that is not there.
            try await godwit("copy", godwit.scratch.path("absent"), godwit.scratch.path("y"), exit: 3)
            try await godwit("sync", store.location("absent-bucket-0"), godwit.scratch.path("y"), exit: 12)
            #expect(!FileManager.default.fileExists(atPath: godwit.scratch.path("y")))
            try await godwit("ls", godwit.scratch.path("absent"), exit: 3)
            try await godwit("cat", store.location(bucket + "/absent"), exit: 4)
            try await godwit("cat", godwit.scratch.path("absent"), exit: 3)
            try await godwit("stat", store.location(bucket + "/absent"), exit: 4)
            try await godwit("copyto", store.location(bucket + "/absent"), godwit.scratch.path("y"), exit: 4)
            #expect(!FileManager.default.fileExists(atPath: godwit.scratch.path("y")))
        }

        @Test func wrongSecret() async throws {
            let godwit = try Godwit()
            var store = try #require(Store.seaweedfs)
            let bucket = try await store.makeBucket("codes")
            store.secret = "not-the-secret-0123"
            let source = try source(godwit)
            let outcome = try await godwit("copy", source, store.location(bucket), exit: 7)
            #expect(outcome.errorText.contains("SignatureDoesNotMatch"))
            #expect(!outcome.errorText.contains("not-the-secret-0123"))
            try await godwit("sync", store.location(bucket), source, exit: 7)
            #expect(try FileTree(reading: source).files.count == 1)
        }

        @Test func unreachableHost() async throws {
            let godwit = try Godwit()
            var store = try #require(Store.seaweedfs)
            store.endpoint = "http://127.0.0.1:9"
            let source = try source(godwit)
            let words = ["copy", "--retries", "1", "--low-level-retries", "1", source, store.location("bucket/x")]
            let outcome = try await godwit.start(words).end(within: 60)
            #expect([5, 6].contains(outcome.status), "exit \(outcome.status) \(outcome.errorText)")
            #expect(outcome.errorText.contains("127.0.0.1:9"))
            let listed = try await godwit.start(
                ["ls", "--low-level-retries", "1", store.location("bucket")]
            ).end(within: 60)
            #expect(listed.status == 5, "exit \(listed.status) \(listed.errorText)")
        }

        @Test func differencesFound() async throws {
            let godwit = try Godwit()
            let source = try source(godwit)
            let target = godwit.scratch.path("target")
            try await godwit("copy", source, target)
            try await godwit("check", source, target)
            var random = SeededRandom(seed: 6)
            try FileTree.write(random.file(9), at: Array("\(target)/more".utf8))
            try await godwit("check", source, target, exit: 1)
            try await godwit("check", "--one-way", source, target)
            try FileTree.write(random.file(5), at: Array("\(target)/a".utf8))
            try await godwit("check", "--one-way", source, target, exit: 1)
            #expect(try FileTree(reading: target).files.count == 2)
        }

        @Test("an unparsable line is told by its number")
        func badConfiguration() async throws {
            let godwit = try Godwit()
            let file = godwit.scratch.path("bad.conf")
            try "[good]\ntype = local\n\nthis is no setting\n".write(toFile: file, atomically: true, encoding: .utf8)
            let outcome = try await godwit("ls", "--config", file, "good:/", exit: 2)
            #expect(outcome.errorText.contains("4"))
            #expect(outcome.errorText.contains("bad.conf"))
        }

        @Test("an encrypted rclone.conf is refused by name")
        func encryptedConfiguration() async throws {
            let godwit = try Godwit()
            let file = godwit.scratch.path("rclone.conf")
            try "# Encrypted rclone configuration File\n\nRCLONE_ENCRYPT_V0:\nbm90aGluZyBoZXJl\n"
                .write(toFile: file, atomically: true, encoding: .utf8)
            let outcome = try await godwit("ls", "--config", file, "good:/", exit: 2)
            #expect(outcome.errorText.contains("rclone.conf"))
            #expect(outcome.errorText.lowercased().contains("encrypted"))
        }

        @Test("remotes come from files and from the environment")
        func configuration() async throws {
            var godwit = try Godwit()
            let store = try #require(Store.seaweedfs)
            let bucket = try await store.makeBucket("conf")
            let file = godwit.scratch.path("godwit.conf")
            let text = """
                # A comment.
                [store]
                type = s3
                provider = SeaweedFS
                endpoint = \(store.endpoint)
                access_key_id = testkey
                secret_access_key = testsecret
                region = us-east-1

                [short]
                type = alias
                remote = store:\(bucket)/deep
                """
            try text.write(toFile: file, atomically: true, encoding: .utf8)
            let source = try source(godwit)
            try await godwit("copy", "--config", file, source, "short:er")
            #expect(try await store.keys(bucket) == ["deep/er/a"])
            godwit.environment["GODWIT_CONFIG"] = file
            #expect(try await godwit("lsf", "short:er").lines == ["a"])
            godwit.environment["GODWIT_CONFIG"] = nil
            for (name, value) in [
                ("TYPE", "s3"), ("ENDPOINT", store.endpoint), ("ACCESS_KEY_ID", "testkey"),
                ("SECRET_ACCESS_KEY", "testsecret"), ("REGION", "us-east-1"), ("PROVIDER", "SeaweedFS"),
            ] {
                godwit.environment["RCLONE_CONFIG_FROMENV_\(name)"] = value
            }
            #expect(try await godwit("lsf", "fromenv:\(bucket)/deep/er").lines == ["a"])
        }
    }
}
