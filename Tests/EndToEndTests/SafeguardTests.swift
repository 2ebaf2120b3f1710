// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

extension EndToEnd {
    /// Each safeguard is shown twice: the damage without it, and none with it.
    @Suite struct SafeguardTests {
        /// A target of three files, and a source of one of them, which is newer.
        struct Scene {
            let godwit: Godwit

            init() throws {
                godwit = try Godwit()
                for name in ["a", "b", "c"] { try write("target/" + name, "good", day: 1) }
                try write("source/a", "newer", day: 2)
            }

            /// Writes a file, and gives it the time of a `day` long ago.
            func write(_ path: String, _ text: String, day: Int64 = 3) throws {
                let file = FileTree.File(content: Data(text.utf8), modified: day * 86_400_000_000_000)
                try FileTree.write(file, at: Array(godwit.scratch.path(path).utf8))
            }

            func remove(_ path: String) throws { try FileManager.default.removeItem(atPath: godwit.scratch.path(path)) }

            func text(_ path: String) -> String? {
                try? String(contentsOfFile: godwit.scratch.path(path), encoding: .utf8)
            }

            /// Runs `command` where `source` and `target` lie.
            func run(_ command: String, input: String = "", exit: Int32) async throws {
                try await godwit(
                    command.split(separator: " ").map(String.init), exit: exit, input: Data(input.utf8),
                    directory: godwit.scratch.path("."))
            }
        }

        struct Safeguard: Sendable, CustomTestStringConvertible {
            typealias Step = @Sendable (Scene) throws -> Void

            let name: String
            /// The command that does without it, and the one that has it.
            let without: String, with: String
            /// The exit codes of both.
            var ends: (without: Int32, with: Int32) = (0, 0)
            var input = ""
            /// What is done before the run.
            var prepare: Step = { _ in }
            /// Whether something is lost that should be there.
            let isDamaged: @Sendable (Scene) throws -> Bool

            var testDescription: String { name }
        }

        private static let losesB: @Sendable (Scene) -> Bool = { $0.text("target/b") == nil }
        private static let losesA: @Sendable (Scene) -> Bool = { $0.text("target/a") != "good" }

        static let safeguards = [
            Safeguard(
                name: "an empty source", without: "sync --allow-empty-source source target",
                with: "sync source target", ends: (0, 12), prepare: { try $0.remove("source/a") }, isDamaged: losesB),
            Safeguard(
                name: "a limit of deletions", without: "sync source target",
                with: "sync --max-delete 1 source target", ends: (0, 12), isDamaged: losesB),
            Safeguard(
                name: "a limit in percent", without: "sync --max-delete 67% source target",
                with: "sync --max-delete 66% source target", ends: (0, 12), isDamaged: losesB),
            Safeguard(
                name: "a limit of bytes", without: "sync source target",
                with: "sync --max-delete-size 7B source target", ends: (0, 12), isDamaged: losesB),
            Safeguard(
                name: "copy deletes nothing", without: "sync source target", with: "copy source target",
                isDamaged: losesB),
            Safeguard(
                name: "a dry run", without: "sync source target", with: "sync --dry-run source target",
                isDamaged: { losesA($0) || losesB($0) }),
            Safeguard(
                name: "questions that are answered with no", without: "sync source target",
                with: "sync --interactive source target", input: "n\nn\nn\n",
                isDamaged: { losesA($0) || losesB($0) }),
            Safeguard(
                name: "what is excluded stays", without: "sync --exclude b --delete-excluded source target",
                with: "sync --exclude b source target", isDamaged: losesB),
            Safeguard(
                name: "what failed keeps what would be deleted", without: "sync --delete-before source target",
                with: "sync source target", ends: (6, 6),
                prepare: {
                    try $0.write("source/way/b", "newer")
                    try FileManager.default.createSymbolicLink(
                        atPath: $0.godwit.scratch.path("target/way"), withDestinationPath: "elsewhere")
                }, isDamaged: losesB),
            Safeguard(
                name: "a newer target", without: "copy source target", with: "copy --update source target",
                prepare: { try $0.write("target/a", "good", day: 4) }, isDamaged: losesA),
            Safeguard(
                name: "what exists", without: "copy source target", with: "copy --ignore-existing source target",
                isDamaged: losesA),
            Safeguard(
                name: "what must not change", without: "copy source target", with: "copy --immutable source target",
                ends: (0, 6), isDamaged: losesA),
            Safeguard(
                name: "a directory for backups", without: "sync source target",
                with: "sync --backup-dir old source target",
                isDamaged: { (losesA($0) && $0.text("old/a") != "good") || (losesB($0) && $0.text("old/b") != "good") }
            ),
            Safeguard(
                name: "a suffix for backups", without: "copy source target",
                with: "copy --suffix .old source target",
                isDamaged: { losesA($0) && $0.text("target/a.old") != "good" }),
            Safeguard(
                name: "no partial file is visible",
                without: "copy --inplace --bwlimit 512K --max-duration 1s --cutoff-mode hard source target",
                with: "copy --bwlimit 512K --max-duration 1s --cutoff-mode hard source target", ends: (10, 10),
                prepare: { try $0.write("source/a", String(repeating: "newer", count: 800_000)) },
                isDamaged: losesA),
            Safeguard(
                name: "content decides where sizes and times agree", without: "copy --compare mtime source target",
                with: "copy --checksum source target",
                prepare: { try $0.write("source/a", "next", day: 1) }, isDamaged: { $0.text("target/a") != "next" }),
        ]

        @Test(arguments: safeguards)
        func guards(_ safeguard: Safeguard) async throws {
            for isGuarded in [false, true] {
                let scene = try Scene()
                try safeguard.prepare(scene)
                try await scene.run(
                    isGuarded ? safeguard.with : safeguard.without, input: isGuarded ? safeguard.input : "",
                    exit: isGuarded ? safeguard.ends.with : safeguard.ends.without)
                #expect(try safeguard.isDamaged(scene) != isGuarded, "\(isGuarded ? "with" : "without") the safeguard")
            }
        }

        @Test("a link in the target leads no key out of it, as it does with others")
        func links() async throws {
            let store = try #require(Store.seaweedfs)
            let bucket = try await store.makeBucket("links")
            try await store.put(bucket, [("way/key", "evil"), ("fine", "fine")])
            for isGuarded in [false, true] {
                let scene = try Scene(), root = scene.godwit.scratch
                try scene.write("outside/key", "good")
                try FileManager.default.createSymbolicLink(
                    atPath: root.path("target/way"), withDestinationPath: root.path("outside"))
                if isGuarded {
                    try await scene.godwit("copy", store.location(bucket), root.path("target"), exit: 6)
                } else {
                    try await Programs.rclone("copy", store.location(bucket), root.path("target"))
                }
                #expect((scene.text("outside/key") == "good") == isGuarded)
                #expect(scene.text("target/fine") == "fine")
                if isGuarded { #expect(try FileTree(reading: root.path("outside")).paths == ["key"]) }
            }
        }

        @Test("what changed since a plan is not overwritten or deleted")
        func drift() async throws {
            for isGuarded in [false, true] {
                let scene = try Scene()
                try await scene.run("plan source target --out plan", exit: 0)
                try scene.write("target/a", "theirs")
                try scene.write("target/b", "theirs")
                try await scene.run(isGuarded ? "apply plan" : "sync source target", exit: isGuarded ? 12 : 0)
                #expect((scene.text("target/a") == "theirs") == isGuarded)
                #expect((scene.text("target/b") == "theirs") == isGuarded)
            }
        }

        @Test("a sync that was a mistake is taken back")
        func undo() async throws {
            for isGuarded in [false, true] {
                let scene = try Scene()
                try await scene.run((isGuarded ? "sync --keep-undo" : "sync") + " source target", exit: 0)
                let run = try #require(try await scene.godwit("runs", "list").lines.first).prefix { $0 != " " }
                _ = try await scene.godwit.start(["runs", "undo", String(run)]).end(within: 60)
                #expect((scene.text("target/a") == "good" && scene.text("target/b") == "good") == isGuarded)
            }
        }

        @Test("locations that overlap, where two names of one store hide it")
        func overlap() async throws {
            let store = try #require(Store.seaweedfs)
            var other = store
            other.endpoint = store.endpoint.replacing("127.0.0.1", with: "localhost")
            try #require(other.endpoint != store.endpoint)
            for isGuarded in [false, true] {
                let godwit = try Godwit()
                let bucket = try await store.makeBucket("overlap")
                try await store.put(bucket, [("source/a", "good"), ("source/b", "good"), ("old", "old")])
                try await godwit(
                    "sync", store.location(bucket + "/source/"), (isGuarded ? store : other).location(bucket),
                    exit: isGuarded ? 12 : 0)
                let keys = try await store.keys(bucket)
                #expect(keys.contains("source/a") == isGuarded, "\(keys)")
            }
        }

        @Test("bytes that arrive other than they were sent")
        func corruption() async throws {
            let store = try #require(Store.seaweedfs)
            let bucket = try await store.makeBucket("corruption")
            let sent = (0..<20).map { (key: "f\($0)", text: String(repeating: "good", count: 500 + $0)) }
            try await store.put(bucket, sent)
            for isGuarded in [false, true] {
                let godwit = try Godwit()
                let proxy = try await ChaosProxy(store, seed: 1, rate: 0.5, only: "damage")
                let target = try godwit.scratch.directory("target")
                let words = ["copy", "--verify", isGuarded ? "transferred" : "none"]
                let outcome = try await godwit.start(
                    words + [store.behind(port: proxy.port).location(bucket), target]
                ).end(within: 120)
                #expect(try await proxy.end()["damage"] ?? 0 > 0)
                // What is damaged each time that it is tried does not come, and is told.
                #expect([0, 11].contains(outcome.status))
                let got = try FileTree(reading: target)
                let wrong = sent.count { file in got[file.key].map { $0.content != Data(file.text.utf8) } ?? false }
                #expect((wrong == 0) == isGuarded, "\(wrong) of \(sent.count) are wrong")
            }
        }
    }
}
