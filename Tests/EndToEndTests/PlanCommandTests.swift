// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

extension EndToEnd {
    /// `plan`, `plan show` and `apply`.
    @Suite struct PlanCommandTests {
        private func trees() -> (source: FileTree, target: FileTree) {
            var random = SeededRandom(seed: 77)
            var source = FileTree(), target = FileTree()
            for index in 0..<30 {
                let name = "d\(index % 3)/f\(index)"
                source[name] = random.file(200)
                if index % 3 == 0 { target[name] = random.file(150) }
                if index % 5 == 1 { target[name] = source[name] }
            }
            for index in 0..<6 { target["old/\(index)"] = random.file(20) }
            return (source, target)
        }

        @Test("between a directory and a store, with someone else at work", arguments: [true, false])
        func carriesOutExactlyThat(up: Bool) async throws {
            var godwit = try Godwit()
            let store = try #require(Store.seaweedfs)
            godwit.name(store, "remote")
            let bucket = try await store.makeBucket("plan")
            let (source, target) = trees()
            let from = try godwit.scratch.directory("source"), into = try godwit.scratch.directory("target")
            try source.write(to: from)
            try target.write(to: into)
            let locations = up ? [from, "remote:\(bucket)"] : ["remote:\(bucket)", into]
            try await godwit("copy", up ? into : from, "remote:\(bucket)")
            let file = godwit.scratch.path("plan")
            let planned = try await godwit.summary(of: ["plan"] + locations + ["--out", file])
            #expect(planned.objects.deleted == 6 && planned.objects.transferred > 0)
            let shown = try await godwit("plan", "show", file)
            #expect(shown.text.contains("deleted") && shown.text.contains("old/") && shown.text.contains("absent"))
            let listed = try await godwit("plan", "show", "--list", file)
            #expect(listed.lines.count == planned.objects.transferred + planned.objects.deleted)

            // One object of each kind is changed by someone else, and a new one comes.
            let end = up ? "remote:\(bucket)" : into
            for name in ["d0/f0", "d1/f7", "old/3", "theirs"] {
                try await godwit("put", end + "/" + name, input: Data("theirs \(name)".utf8))
            }
            try await godwit("apply", file, exit: 12)
            for name in ["d0/f0", "d1/f7", "old/3", "theirs"] {
                #expect(try await godwit("cat", end + "/" + name).text == "theirs \(name)")
            }
            #expect(try await godwit("cat", end + "/d2/f2").output == source["d2/f2"]?.content)
            let again = try await godwit(["plan"] + locations + ["--out", file])
            #expect(again.status == 0)
            let done = try await godwit.summary("apply", file)
            #expect(done.objects.failed == 0 && done.objects.deleted >= 6)
            try await godwit(["check"] + locations)
        }

        @Test("on a store that is not known to honour conditions")
        func weakStores() async throws {
            var godwit = try Godwit()
            let store = try #require(Store.ministack ?? Store.ceph)
            godwit.name(store, "remote")
            let bucket = try await store.makeBucket("plan")
            let (source, target) = trees()
            let from = try godwit.scratch.directory("source"), into = try godwit.scratch.directory("target")
            try source.write(to: from)
            try target.write(to: into)
            try await godwit("copy", into, "remote:\(bucket)")
            let file = godwit.scratch.path("plan")
            try await godwit("plan", from, "remote:\(bucket)", "--out", file)
            let refused = try await godwit("apply", file, exit: 12)
            #expect(refused.errorText.contains("--weak-preconditions"))
            try await godwit("check", into, "remote:\(bucket)")
            try await godwit("apply", "--weak-preconditions", file)
            try await godwit("check", from, "remote:\(bucket)")
        }

        @Test("what is no plan, and what cannot be planned")
        func badInput() async throws {
            let godwit = try Godwit()
            let store = try #require(Store.seaweedfs)
            let (source, target) = trees()
            let from = try godwit.scratch.directory("source"), into = try godwit.scratch.directory("target")
            try source.write(to: from)
            try target.write(to: into)
            let file = godwit.scratch.path("plan")
            try await godwit("plan", from, into, exit: 2)
            try await godwit("plan", from, into, "--out", file, "--dry-run", exit: 2)
            let unwritable = try await godwit("plan", from, into, "--out", "/proc/plan", exit: 1)
            #expect(unwritable.errorText.contains("--out") && !unwritable.errorText.contains("XDG_STATE_HOME"))
            try await godwit("plan", from, into, "--out", file, "--max-delete", "2", exit: 12)
            try await godwit("plan", godwit.scratch.path("none"), into, "--out", file, exit: 12)
            try await godwit("plan", from + "/d0/f0", into, "--out", file, exit: 2)
            for path in [file, file + ".partial"] { #expect(!FileManager.default.fileExists(atPath: path), "\(path)") }
            try await godwit("plan", from, into, "--out", file)
            let whole = try Data(contentsOf: URL(fileURLWithPath: file))
            for (name, data) in [("cut", whole.prefix(whole.count - 7)), ("other", Data("text".utf8) + whole)] {
                try data.write(to: URL(fileURLWithPath: godwit.scratch.path(name)))
                for command in [["apply"], ["plan", "show"]] {
                    let refused = try await godwit(command + [godwit.scratch.path(name)], exit: 2)
                    #expect(refused.errorText.contains("no whole plan"))
                }
            }
            #expect(target.differences(from: try FileTree(reading: into)) == [])

            // Secrets are in no plan: the command is given again.
            let bucket = try await store.makeBucket("plan")
            let words = ["plan", from, store.location(bucket), "--out", file]
            try await godwit(words)
            #expect(try Data(contentsOf: URL(fileURLWithPath: file)).range(of: Data(store.secret.utf8)) == nil)
            try await godwit("apply", file, exit: 2)
            try await godwit(["apply", file, "--", "plan", into, store.location(bucket), "--out", file], exit: 2)
            try await godwit(["apply", file, "--"] + words)
            #expect(try await store.keys(bucket).count == source.files.count)
        }
    }
}
