// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

extension EndToEnd {
    /// What becomes of what a run replaces, where else it looks, and what it asks: as rclone does.
    @Suite struct ReplacementTests {
        private typealias Contents = [[UInt8]: Data]

        /// A source and two equal older targets.
        private func scene(_ godwit: Godwit) throws -> String {
            var random = SeededRandom(seed: 21)
            var old = FileTree(), new = FileTree()
            for index in 0..<12 {
                let name = ["a/x\(index).txt", "b/y\(index).tar.gz", "z\(index)"][index % 3]
                old[name] = random.file(50)
                if index % 4 != 0 { new[name] = index % 2 == 0 ? old[name] : random.file(60) }
            }
            new["fresh"] = random.file(10)
            let source = try godwit.scratch.directory("source")
            try new.write(to: source)
            for name in ["ours", "theirs"] { try old.write(to: try godwit.scratch.directory(name + "/t")) }
            return source
        }

        private func contents(_ path: String) throws -> Contents {
            guard FileManager.default.fileExists(atPath: path) else { return [:] }
            return try FileTree(reading: path).files.mapValues(\.content)
        }

        /// Runs both programs with the same flags, `%` in them the directory of each.
        private func both(
            _ godwit: Godwit, _ command: String, _ source: String, _ flags: [String]
        ) async throws -> (ours: Contents, theirs: Contents) {
            var ends: [Contents] = []
            for name in ["ours", "theirs"] {
                let root = godwit.scratch.path(name)
                let words = [command, source, root + "/t"] + flags.map { $0.replacing("%", with: root) }
                if name == "ours" {
                    try await godwit(words)
                } else {
                    let outcome = try await ChildProcess(
                        [Programs.rclone, "--config", "/dev/null"] + words, environment: Programs.environment
                    ).end(within: 60)
                    #expect(outcome.status == 0, "\(outcome.errorText)")
                }
                ends.append(try contents(root))
            }
            return (ends[0], ends[1])
        }

        @Test(
            arguments: ["sync", "copy"],
            [
                ["--backup-dir", "%/backup"], ["--backup-dir", "%/backup", "--suffix", ".old"],
                ["--backup-dir", "%/backup", "--suffix", "-old", "--suffix-keep-extension"],
            ])
        func backups(command: String, flags: [String]) async throws {
            let godwit = try Godwit()
            let (ours, theirs) = try await both(godwit, command, try scene(godwit), flags)
            #expect(ours == theirs)
        }

        @Test func backupsBesideTheObjects() async throws {
            let godwit = try Godwit()
            let source = try scene(godwit)
            let (ours, theirs) = try await both(godwit, "sync", source, ["--suffix", "~"])
            #expect(ours == theirs)
            let again = try await godwit.summary("sync", source, godwit.scratch.path("ours/t"), "--suffix", "~")
            #expect(again.changedNothing)
        }

        @Test func backupsInAStore() async throws {
            let godwit = try Godwit()
            let store = try #require(Store.seaweedfs)
            let bucket = try await store.makeBucket("backup")
            let source = try scene(godwit)
            try await godwit("copy", godwit.scratch.path("ours/t"), store.location(bucket + "/t"))
            let before = try contents(godwit.scratch.path("ours/t"))
            let done = try await godwit.summary(
                "sync", source, store.location(bucket + "/t"), "--backup-dir", store.location(bucket + "/old"))
            let kept = try await store.keys(bucket, "old/").map { Array($0.utf8.dropFirst(4)) }
            let after = try contents(source)
            #expect(Set(kept) == Set(before.keys.filter { after[$0] != before[$0] }))
            #expect(done.objects.deleted > 0 && done.addsUp)
            try await godwit("sync", source, store.location(bucket + "/t"), "--backup-dir", "/tmp", exit: 2)
            try await godwit(
                "sync", source, store.location(bucket + "/t"), "--backup-dir", store.location(bucket + "/t/old"),
                exit: 12)
        }

        @Test func elsewhere() async throws {
            let godwit = try Godwit()
            let source = try scene(godwit)
            for name in ["ours", "theirs"] {
                let other = try godwit.scratch.directory(name + "/other")
                try await Programs.rclone("copy", source, other, "--include", "/a/**")
                try await Programs.rclone(
                    "copy", source, try godwit.scratch.directory(name + "/third"), "--include", "fresh")
            }
            func flags(_ name: String) -> [String] { ["other", "third", "nowhere"].flatMap { [name, "%/" + $0] } }
            let before = try contents(godwit.scratch.path("ours/t"))
            let (ours, theirs) = try await both(godwit, "copy", source, flags("--compare-dest"))
            #expect(ours == theirs)
            let root = godwit.scratch.path("ours")
            try await godwit("copy", source, root + "/t", "--compare-dest", root, exit: 12)
            // rclone does not copy from elsewhere between directories.
            let words = ["copy", source, root + "/t"] + flags("--copy-dest").map { $0.replacing("%", with: root) }
            try await godwit(words)
            #expect(try contents(root + "/t") == before.merging(contents(source)) { $1 })

            // One object is looked for under the name that it gets.
            let store = try #require(Store.seaweedfs)
            let bucket = try await store.makeBucket("elsewhere")
            try await godwit("copy", source, store.location(bucket + "/deep/in"))
            try await godwit("copyto", store.location(bucket + "/deep/in/fresh"), store.location(bucket + "/other/new"))
            let single = try await godwit.summary(
                "copyto", store.location(bucket + "/deep/in/fresh"), store.location(bucket + "/to/new"),
                "--compare-dest", store.location(bucket + "/other"))
            #expect(single.objects.skipped == 1 && single.objects.serverCopied + single.objects.transferred == 0)
        }

        @Test("--track-renames sends nothing that is there under another name")
        func renames() async throws {
            let godwit = try Godwit()
            let store = try #require(Store.seaweedfs)
            let bucket = try await store.makeBucket("renames")
            let source = try scene(godwit), target = store.location(bucket)
            try await godwit("sync", source, target)
            try FileManager.default.moveItem(atPath: source + "/a", toPath: source + "/moved")
            let count = try contents(source + "/moved").count
            let done = try await godwit.summary("sync", "--track-renames", source, target)
            #expect(
                done.objects.serverCopied == count && done.objects.deleted == count && done.objects.transferred == 0)
            try await godwit("check", source, target)
            try await godwit("sync", "--track-renames", "--delete-before", source, target, exit: 2)
        }

        @Test("--interactive changes only what is agreed to")
        func interactive() async throws {
            let godwit = try Godwit()
            let source = try scene(godwit), target = godwit.scratch.path("ours/t")
            let before = try contents(target)
            let none = try await godwit("sync", "-i", source, target, exit: 130)
            #expect(none.errorText.contains("y)es"))
            #expect(try contents(target) == before)
            try await godwit("sync", "-i", source, target, input: Data("s\ns\ns\n".utf8))
            #expect(try contents(target) == before)
            let some = try await godwit(
                "sync", "-i", "--transfers", "1", source, target, input: Data("what\ny\ns\ns\n".utf8))
            #expect(some.errorText.contains("1 transferred"), "\(some.errorText)")
            try await godwit("sync", "-i", source, target, input: Data("!\n!\n!\n".utf8))
            #expect(try contents(target) == contents(source))
        }

        @Test("many commands in one process")
        func runFile() async throws {
            let godwit = try Godwit()
            let source = try scene(godwit)
            let file = godwit.scratch.path("commands")
            let lines = """
                # two commands and an empty line

                godwit copy '\(source)' "\(godwit.scratch.path("one"))"
                copy \(source.replacing(" ", with: "\\ ")) \(godwit.scratch.path("two")) --include 'fresh'
                lsf \(godwit.scratch.path("two"))

                """
            try Data(lines.utf8).write(to: URL(fileURLWithPath: file))
            let done = try await godwit("run", file)
            #expect(done.text == "fresh\n")
            #expect(try contents(godwit.scratch.path("one")) == contents(source))
            let worst = try await godwit(
                "run", "--jobs", "2", "-", exit: 3, input: Data("ls /no/such\nlsf \(source)\n".utf8))
            #expect(worst.errorText.contains("standard input:1") && worst.text.contains("fresh"))
            for bad in ["copy", "nonsense", "run x", "ls 'open", "copy a b --no-such"] {
                let refused = try await godwit("run", "-", exit: 2, input: Data("lsf \(source)\n\(bad)\n".utf8))
                #expect(refused.errorText.contains("standard input:2") && refused.text.isEmpty, "\(refused.errorText)")
            }
        }
    }
}
