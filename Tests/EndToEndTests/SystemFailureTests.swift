// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import Testing

extension EndToEnd {
    /// When the system fails a run, it says so, and the same command completes once the system is well.
    @Suite struct SystemFailureTests {
        private let godwit: Godwit
        private let tree: FileTree
        private let source: String

        init() throws {
            godwit = try Godwit()
            var (random, tree) = (SeededRandom(seed: 41), FileTree())
            tree["large"] = random.file(12 << 20)
            for number in 0..<20 { tree["small/\(number)"] = random.file(500) }
            source = try godwit.scratch.directory("source")
            try tree.write(to: source)
            self.tree = tree
        }

        /// Runs a script in a mount namespace of its own: `$0` is the binary, and what the script tells of each command's
        /// end are the exit codes. Nil where this system has no such namespaces.
        private func inNamespace(_ script: String, _ arguments: String...) async throws -> (
            exits: [Int32], told: String
        )? {
            let words = ["unshare", "-m", "/bin/sh", "-c", script, try #require(Programs.godwit)] + arguments
            let outcome = try await ChildProcess(words, environment: godwit.environment).end(within: 120)
            if outcome.status == 99 || outcome.errorText.contains("unshare:") { return nil }
            #expect(outcome.status == 0, "\(outcome.errorText)")
            return (outcome.lines.compactMap(Int32.init), outcome.errorText)
        }

        @Test("a full disk", arguments: [false, true])
        func fullDisk(isInParts: Bool) async throws {
            var from = source
            if isInParts {
                let store = try #require(Store.seaweedfs)
                let bucket = try await store.makeBucket("full")
                try await godwit("copy", "--s3-chunk-size", "5M", source, store.location(bucket))
                from = store.location(bucket)
            }
            let (target, back) = (try godwit.scratch.directory("target"), godwit.scratch.path("back"))
            let ended = try await inNamespace(
                """
                mount -t tmpfs -o size=8m none "$2" || exit 99
                "$0" copy --retries 1 --s3-chunk-size 5M "$1" "$2"; echo $?
                mount -o remount,size=64m none "$2"
                "$0" copy --s3-chunk-size 5M "$1" "$2"; echo $?
                cp -a "$2" "$3"
                """, from, target, back)
            guard let ended else { return }
            #expect(ended.exits == [6, 0], "\(ended.told)")
            #expect(ended.told.lowercased().contains("space"), "\(ended.told)")
            #expect(tree.differences(from: try FileTree(reading: back)) == [])
        }

        @Test("a read-only file system")
        func readOnly() async throws {
            let (target, back) = (try godwit.scratch.directory("target"), godwit.scratch.path("back"))
            let ended = try await inNamespace(
                """
                mount -t tmpfs -o ro none "$2" || exit 99
                "$0" copy --retries 1 "$1" "$2"; echo $?
                mount -o remount,rw none "$2"
                "$0" copy "$1" "$2"; echo $?
                cp -a "$2" "$3"
                """, source, target, back)
            guard let ended else { return }
            #expect(ended.exits.count == 2 && [6, 7].contains(ended.exits[0]) && ended.exits[1] == 0, "\(ended)")
            #expect(ended.told.lowercased().contains("read-only"), "\(ended.told)")
            #expect(tree.differences(from: try FileTree(reading: back)) == [])
        }

        @Test("a file where a directory is needed")
        func fileInTheWay() async throws {
            let outcome = try await godwit.start(["copy", "--retries", "1", source, source + "/large/x"]).end(
                within: 60)
            #expect(outcome.status != 0)
            #expect(!outcome.errorText.isEmpty)
            #expect(tree.differences(from: try FileTree(reading: source)) == [])
        }

        @Test("a host whose name is not known")
        func unknownHost() async throws {
            let store = try #require(Store.seaweedfs)
            let bucket = try await store.makeBucket("name")
            var renamed = store
            renamed.endpoint = store.endpoint.replacingOccurrences(of: "127.0.0.1", with: "store.invalid")
            let hosts = godwit.scratch.path("hosts")
            try Data("127.0.0.1 store.invalid\n".utf8).write(to: URL(fileURLWithPath: hosts))
            let ended = try await inNamespace(
                """
                "$0" copy --retries 1 --low-level-retries 2 "$1" "$2"; echo $?
                mount --bind "$3" /etc/hosts || exit 99
                "$0" copy "$1" "$2"; echo $?
                """, source, renamed.location(bucket), hosts)
            guard let ended else { return }
            #expect(ended.exits == [2, 0], "\(ended.told)")
            #expect(ended.told.contains("store.invalid"), "\(ended.told)")
            #expect(try await store.keys(bucket).count == tree.files.count)
        }

        @Test("a clock that jumps, and jumps back for the next run", arguments: [7_200, -7_200])
        func clockJump(seconds: Int) async throws {
            let library = godwit.scratch.path("clock-jump.so")
            let words = [
                "/usr/bin/env", "cc", "-shared", "-fPIC", "-o", library,
                Programs.root + "/Tests/Support/Servers/clock-jump.c", "-ldl",
            ]
            guard try await ChildProcess(words, environment: Programs.environment).end(within: 60).status == 0 else {
                return
            }
            let store = try #require(Store.seaweedfs)
            var jumping = godwit
            jumping.environment["LD_PRELOAD"] = library
            jumping.environment["CLOCK_JUMP"] = "\(seconds)"
            for isKilled in [false, true] {
                let bucket = try await store.makeBucket("jump")
                let command = ["sync", "--s3-chunk-size", "5M", source, store.location(bucket)]
                let process = try jumping.start(command + ["--bwlimit", "4M"])
                if isKilled {
                    try await Task.sleep(for: .milliseconds(2_500))
                    process.signal(SIGKILL)
                }
                let outcome = try await process.end(within: 60)
                if !isKilled { #expect(outcome.status == 0, "exit \(outcome.status) \(outcome.errorText)") }
                let again = try await godwit.summary(of: command)
                #expect(isKilled || again.changedNothing, "\(again)")
                #expect(try await store.unfinishedUploads(bucket) == [])
                try await godwit("copy", store.location(bucket), godwit.scratch.path("back-\(isKilled)"))
                let back = try FileTree(reading: godwit.scratch.path("back-\(isKilled)"))
                #expect(tree.differences(from: back) == [])
            }
        }

        @Test("too few file descriptors", arguments: [4, 8, 32, 255])
        func fewDescriptors(limit: Int) async throws {
            let store = try #require(Store.seaweedfs)
            let bucket = try await store.makeBucket("few")
            for target in [store.location(bucket), godwit.scratch.path("target")] {
                let run = { (kind: String) in
                    let script = "ulimit -\(kind)n \(limit); exec \"$0\" copy \"$1\" \"$2\""
                    let words = ["/bin/sh", "-c", script, try #require(Programs.godwit), source, target]
                    return try await ChildProcess(words, environment: godwit.environment).end(within: 60)
                }
                let refused = try await run("")
                #expect(refused.status == 2 && refused.errorText.contains("ulimit -n"), "\(refused.errorText)")
                // What may be raised is.
                let raised = try await run("S")
                #expect(raised.status == 0, "exit \(raised.status) \(raised.errorText)")
            }
            let target = try FileTree(reading: godwit.scratch.path("target"))
            #expect(tree.differences(from: target) == [])
            #expect(try await store.keys(bucket).count == tree.files.count)
        }

        @Test("permission lost in mid-run")
        func permissionLost() async throws {
            // Permissions do not bind the superuser.
            let drop =
                getuid() == 0 ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--"] : []
            let binary = try #require(Programs.godwit)
            let trial = try await ChildProcess(drop + [binary, "version"], environment: godwit.environment).end(
                within: 20)
            guard trial.status == 0 else { return }
            let store = try #require(Store.seaweedfs)
            let bucket = try await store.makeBucket("lost")
            try await godwit("copy", source, store.location(bucket))
            let target = try godwit.scratch.directory("target")
            if !drop.isEmpty {
                _ = try await ChildProcess(
                    ["chown", "-R", "65534:65534", godwit.scratch.root], environment: godwit.environment
                ).end(within: 20)
            }
            let command = drop + [binary, "copy", "--retries", "1", store.location(bucket), target]
            let process = try ChildProcess(
                command + ["--bwlimit", "4M", "--transfers", "1"], environment: godwit.environment)
            while !FileManager.default.fileExists(atPath: target + "/small"), !process.hasEnded {
                try await Task.sleep(for: .milliseconds(5))
            }
            for path in [target, target + "/small"] { chmod(path, 0o555) }
            let outcome = try await process.end(within: 60)
            #expect([6, 7].contains(outcome.status), "exit \(outcome.status) \(outcome.errorText)")
            #expect(outcome.errorText.lowercased().contains("permission"), "\(outcome.errorText)")
            for path in [target, target + "/small"] { chmod(path, 0o755) }
            let again = try await ChildProcess(command, environment: godwit.environment).end(within: 60)
            #expect(again.status == 0, "exit \(again.status) \(again.errorText)")
            let differences = tree.differences(from: try FileTree(reading: target))
            #expect(differences == [], "\(outcome.errorText)\n\(again.errorText)")
        }
    }
}
