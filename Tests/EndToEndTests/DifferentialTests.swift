// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

extension EndToEnd {
    /// Seeded random trees and mutations: `godwit sync` and `rclone sync` end with the same paths and bytes.
    @Suite struct DifferentialTests {
        /// All of 200 in `make test-full`, some otherwise. GODWIT_TEST_SEED replays one.
        private static let seeds: [UInt64] = {
            let environment = ProcessInfo.processInfo.environment
            if let one = environment["GODWIT_TEST_SEED"].flatMap(UInt64.init) { return [one] }
            return Array(1...(environment["GODWIT_TEST_SEEDS"].flatMap(UInt64.init) ?? 8))
        }()

        @Test(arguments: seeds)
        func agreesWithRclone(seed: UInt64) async throws {
            let godwit = try Godwit()
            let store = try #require(Store.seaweedfs)
            var random = SeededRandom(seed: seed)
            let pair = MutatedPair(seed: seed, using: &random)
            let source = try godwit.scratch.directory("source")
            try pair.source.write(to: source)

            // Four ways in turn: up, down, within a store, and between directories.
            let bucket = try await store.makeBucket("diff")
            let remote = { (name: String) in store.location("\(bucket)/\(name)") }
            let isRemote = (from: seed % 4 == 1 || seed % 4 == 2, to: seed % 4 == 0 || seed % 4 == 2)
            let from = isRemote.from ? remote("source") : source
            let targets = ["ours", "theirs"].map { isRemote.to ? remote($0) : godwit.scratch.path($0) }
            let before = try godwit.scratch.directory("before")
            try pair.target.write(to: before)
            for target in targets { try await Programs.rclone("sync", before, target) }
            if isRemote.from { try await Programs.rclone("sync", source, from) }

            // When something is deleted makes no difference to what there is in the end.
            let timing = [[], ["--delete-before"], ["--delete-during"], ["--check-first"]][Int(seed / 4 % 4)]
            let done = try await godwit.summary(of: ["sync", "--allow-empty-source", from, targets[0]] + timing)
            #expect(done.addsUp)
            try await Programs.rclone("sync", from, targets[1])
            typealias Contents = [[UInt8]: Data]
            var ends: [Contents] = []
            for (name, target) in zip(["ours", "theirs"], targets) {
                let local = isRemote.to ? godwit.scratch.path(name + "-back") : target
                if isRemote.to { try await Programs.rclone("copy", target, local) }
                let tree = FileManager.default.fileExists(atPath: local) ? try FileTree(reading: local) : FileTree()
                ends.append(tree.files.mapValues(\.content))
            }
            let want = pair.source.files.mapValues(\.content)
            // Same size and time with other bytes: rclone cannot see it. A store's tags show it to us; between two
            // directories nothing does, and the old bytes stay.
            for path in pair.silentlyChanged {
                let old = pair.target.files[path]?.content
                if isRemote.from || isRemote.to {
                    #expect(ends[0][path] == want[path], "seed \(seed): changed bytes were not seen")
                } else {
                    #expect(ends[0][path] == want[path] || ends[0][path] == old, "seed \(seed): foreign bytes")
                }
                #expect(ends[1][path] == old, "seed \(seed): rclone sees what it could not see before")
                ends[0][path] = nil
                ends[1][path] = nil
            }
            let expected = want.filter { !pair.silentlyChanged.contains($0.key) }
            #expect(ends[0] == expected, "seed \(seed): godwit's target is not the source")
            #expect(ends[1] == ends[0], "seed \(seed): rclone's target differs")

            let again = try await godwit.summary("sync", "--allow-empty-source", from, targets[0])
            #expect(again.changedNothing, "seed \(seed): a second run changed something: \(again)")
        }
    }
}

/// A tree and an older state of it, as a target holds it.
struct MutatedPair {
    var source = FileTree()
    var target = FileTree()
    /// Same size and modification time, other bytes.
    var silentlyChanged: Set<[UInt8]> = []

    init(seed: UInt64, using random: inout SeededRandom) {
        let names = ["a", "b c", "d", "d.e", "d-f", "é", "e\u{301}", "g+h", "i%20j", "k&l", "m", "n", "o'p", "日本"]
        let count = [0, 1, 5, 40, 90].randomElement(using: &random) ?? 5
        for _ in 0..<count {
            let depth = Int.random(in: 1...4, using: &random)
            let path = (0..<depth).map { _ in names.randomElement(using: &random) ?? "a" }.joined(separator: "/")
            guard fits(path) else { continue }
            source[path] = random.file([0, 1, 100, 5_000].randomElement(using: &random) ?? 0)
        }
        for (path, file) in source.files.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
            switch Int.random(in: 0..<10, using: &random) {
            case 0, 1: continue
            case 2: target.files[path] = random.file(file.content.count + 1)
            case 3: target.files[path] = random.file(file.content.count)
            case 4: target.files[path] = FileTree.File(content: file.content, modified: random.time())
            case 5 where !file.content.isEmpty:
                target.files[path] = FileTree.File(content: random.bytes(file.content.count), modified: file.modified)
                if target.files[path]?.content != file.content { silentlyChanged.insert(path) }
            default: target.files[path] = file
            }
        }
        for _ in 0..<Int.random(in: 0...20, using: &random) {
            let path = "\(names.randomElement(using: &random) ?? "a")/extra-\(Int.random(in: 0...99, using: &random))"
            if fits(path) { target[path] = random.file(10) }
        }
    }

    /// Whether a file system can hold the path beside those there are: no file is another's directory.
    private func fits(_ path: String) -> Bool {
        let bytes = Array(path.utf8) + [0x2f]
        let all = Set(source.files.keys).union(target.files.keys)
        return !all.contains { other in
            let directory = other + [0x2f]
            return directory != bytes && (directory.starts(with: bytes) || bytes.starts(with: directory))
        }
    }
}
