// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

extension EndToEnd {
    /// What is selected, by lists, markers and rules, and what is not even listed.
    @Suite struct SelectTests {
        private func tree() -> FileTree {
            var random = SeededRandom(seed: 12)
            var tree = FileTree()
            for path in [
                "a", "b/c", "b/d e", "b/ lead", "#hash", "é", "x/.no", "x/y/z", "x/w", "v/u", "v/.nothing",
            ] {
                tree[path] = random.file(100)
            }
            return tree
        }

        private func differences(_ godwit: Godwit, _ source: String, _ flags: [String], _ command: String = "copy")
            async throws -> Set<[UInt8]>
        {
            let (ours, theirs) = (godwit.scratch.path("ours"), godwit.scratch.path("theirs"))
            try await godwit([command, source, ours] + flags)
            let rclone = try await ChildProcess(
                [Programs.rclone, "--config", "/dev/null", command, source, theirs] + flags,
                environment: Programs.environment
            ).end(within: 60)
            #expect(rclone.status == 0, "\(rclone.errorText)")
            return Set(try FileTree(reading: ours).files.keys)
                .symmetricDifference(Set(try FileTree(reading: theirs).files.keys))
        }

        @Test(arguments: [
            ("--files-from", "a\n/b/c\n b/d e \n# é\n;x\n\nnowhere\nx\n"),
            ("--files-from-raw", "a\nb/ lead\n#hash\r\n"),
            ("--files-from0", "a\0b/d e\0#hash\0é"),
        ])
        func filesFrom(flag: String, list: String) async throws {
            let godwit = try Godwit()
            let source = try godwit.scratch.directory("source")
            try tree().write(to: source)
            let file = godwit.scratch.path("list")
            try Data(list.utf8).write(to: URL(fileURLWithPath: file))
            #expect(try await differences(godwit, source, [flag, file]) == [])
            let ours = try await godwit("lsf", "-R", "--files-only", source, flag, file).lines
            let theirs = try await Programs.rclone("lsf", "-R", "--files-only", source, flag, file).lines
            #expect(ours.sorted() == theirs.sorted() && !ours.isEmpty)
            try await godwit("copy", source, godwit.scratch.path("no"), flag, file, "--include", "a", exit: 2)
            try await godwit("copy", source, godwit.scratch.path("no"), flag, godwit.scratch.path("none"), exit: 2)
        }

        @Test("a list of names costs no listing")
        func filesFromListsNothing() async throws {
            let godwit = try Godwit()
            let store = try #require(Store.seaweedfs)
            let bucket = try await store.makeBucket("names")
            let source = try godwit.scratch.directory("source")
            try tree().write(to: source)
            try await godwit("copy", source, store.location(bucket + "/from"))
            let file = godwit.scratch.path("list")
            try Data("a\nb/c\nnowhere\n".utf8).write(to: URL(fileURLWithPath: file))
            let words = [
                "sync", store.location(bucket + "/from/"), store.location(bucket + "/to/"), "--files-from", file,
            ]
            let first = try await godwit.summary(of: words)
            #expect(first.objects.serverCopied == 2 && first.requests.list == 0 && first.addsUp)
            let second = try await godwit.summary(of: words)
            #expect(second.changedNothing && second.objects.skipped == 2 && second.requests.list == 0)
            #expect(try await store.keys(bucket, "to/") == ["to/a", "to/b/c"])
            let third = try await godwit.summary(
                "copy", source, store.location(bucket + "/to/"), "--no-traverse", "--include", "v/**")
            #expect(third.objects.transferred == 2 && third.requests.list == 0 && third.requests.head >= 2)
        }

        @Test("directories with a marker are left out, as rclone leaves them out")
        func excludeIfPresent() async throws {
            let godwit = try Godwit()
            let source = try godwit.scratch.directory("source")
            try tree().write(to: source)
            #expect(try await differences(godwit, source, ["--exclude-if-present", ".no"]) == [])
            #expect(try FileTree(reading: godwit.scratch.path("ours"))["x/w"] == nil)
            try await godwit("copy", source, godwit.scratch.path("no"), "--exclude-if-present", "a/b", exit: 2)
        }

        @Test("what rules exclude is not listed")
        func pruning() async throws {
            let godwit = try Godwit()
            let store = try #require(Store.seaweedfs)
            let bucket = try await store.makeBucket("prune")
            var random = SeededRandom(seed: 3)
            var tree = FileTree()
            for index in 0..<4_500 { tree["mid/\(index)"] = random.file(0) }
            for name in ["a/1", "a/2", "z/1", "z/b/2"] { tree[name] = random.file(10) }
            let source = try godwit.scratch.directory("source")
            try tree.write(to: source)
            try await godwit("copy", source, store.location(bucket))
            func copied(_ flags: String...) async throws -> Summary {
                let target = godwit.scratch.path("target-\(UUID().uuidString)")
                return try await godwit.summary(of: ["copy", store.location(bucket), target] + flags)
            }
            let one = try await copied("--include", "/z/b/**")
            #expect(one.objects.transferred == 1 && one.requests.list <= 2, "\(one)")
            let all = try await copied("--exclude", "/mid/**")
            #expect(all.objects.transferred == 4 && all.requests.list <= 4, "\(all)")
            let shallow = try await copied("--max-depth", "1")
            #expect(shallow.objects.transferred == 0 && shallow.requests.list <= 5, "\(shallow)")
        }

        @Test("check --download reads what nothing else shows")
        func download() async throws {
            let godwit = try Godwit()
            let source = try godwit.scratch.directory("source")
            var tree = tree()
            try tree.write(to: source)
            let target = godwit.scratch.path("target")
            try await godwit("copy", source, target)
            try await godwit("check", source, target, "--download")
            if let old = tree["b/c"] {
                tree["b/c"] = FileTree.File(content: Data(old.content.reversed()), modified: old.modified)
            }
            try tree.write(to: target)
            try await godwit("check", source, target, "--compare", "mtime")
            let found = try await godwit("check", source, target, "--download", "--differ", "-", exit: 1)
            #expect(found.text == "b/c\n")
            try await godwit("check", source, target, "--download", "--size-only", exit: 2)
        }
    }
}
