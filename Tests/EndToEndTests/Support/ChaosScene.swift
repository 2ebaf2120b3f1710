// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// A small tree, an older state of it at the target, and a command between them; all by seed.
struct ChaosScene: Sendable {
    enum Way: CaseIterable { case up, down, within, through }

    let seed: Int
    let store: Store
    private let bucket: String
    let way: Way
    /// `copy`, `sync` or `move`.
    let mode: String
    /// Of all requests, those that are spoiled.
    let rate: Double
    let godwit: Godwit
    let source, target: Observer.Place
    private let sourcePath, targetPath: String
    /// What the source and the target hold at first.
    private let want, before: [String: Observer.Object]

    /// Puts everything in its place.
    init(seed: Int, _ store: Store, _ bucket: String) async throws {
        var random = SeededRandom(seed: UInt64(seed))
        (self.seed, self.store, self.bucket) = (seed, store, bucket)
        way = Way.allCases[seed % Way.allCases.count]
        mode = ["sync", "sync", "copy", "move"].randomElement(using: &random) ?? "sync"
        rate = [0.03, 0.1, 0.2, 0.4].randomElement(using: &random) ?? 0.1
        godwit = try Godwit()
        var (want, before) = (FileTree(), FileTree())
        for number in 0..<Int.random(in: 2...9, using: &random) {
            let path = "d\(number % 3)/\(number)"
            want[path] = random.file(Int.random(in: 0...20_000, using: &random))
            switch Int.random(in: 0..<4, using: &random) {
            case 0: before[path] = random.file(Int.random(in: 0...20_000, using: &random))
            case 1: before[path] = want[path]
            default: break
            }
        }
        if Bool.random(using: &random) {
            want["large"] = random.file(Int.random(in: (5 << 20) + 1...13 << 20, using: &random))
            if Bool.random(using: &random) { before["large"] = random.file(6 << 20) }
        }
        for number in 0..<Int.random(in: 0...3, using: &random) { before["d\(number)/extra"] = random.file(10) }
        let isFromStore = way != .up, isToStore = way != .down
        sourcePath = isFromStore ? "\(bucket)/from-\(seed)" : godwit.scratch.path("source")
        targetPath = isToStore ? "\(bucket)/to-\(seed)" : godwit.scratch.path("target")
        source = isFromStore ? .store(store, sourcePath + "/") : .directory(sourcePath)
        target = isToStore ? .store(store, targetPath + "/") : .directory(targetPath)

        let trees = [(want, sourcePath, isFromStore), (before, targetPath, isToStore)]
        for (index, (tree, path, isInStore)) in trees.enumerated() {
            let local = try godwit.scratch.directory("tree-\(index)")
            try tree.write(to: local)
            try await Programs.rclone(
                "copy", "--s3-chunk-size", "5M", "--s3-upload-cutoff", "5M", local,
                isInStore ? store.location(path) : path)
            if !isInStore { _ = try godwit.scratch.directory((path as NSString).lastPathComponent) }
        }
        let reports = try await Observer(
            .directory(godwit.scratch.path("tree-0")), .directory(godwit.scratch.path("tree-1"))
        ).end()
        (self.want, self.before) = (reports[0].objects, reports[1].objects)
    }

    /// The command, through the proxy or directly.
    func command(behind proxy: ChaosProxy?) -> [String] {
        let reached = proxy.map { store.behind(port: $0.port) } ?? store
        let words = [(source, sourcePath), (target, targetPath)].map { place, path in
            if case .store = place { reached.location(path + "/") } else { path }
        }
        return [
            mode, "--timeout", "1s", "--contimeout", "2s", "--low-level-retries", "5", "--s3-chunk-size", "5M",
            "--s3-upload-cutoff", "5M", "--s3-copy-cutoff", "5M", "--server-side", way == .through ? "never" : "auto",
        ] + words
    }

    /// Removes what the stores hold of it: a store in memory does not hold hundreds.
    func remove() async throws {
        try await store.tool("empty", bucket, "from-\(seed)/", "to-\(seed)/")
    }

    /// What holds however a run ended: each object is the source's or what was there before, nothing of a move is lost,
    /// and nothing is deleted before everything is there.
    func expectNothingWrong(target: Observer.Report, source: Observer.Report, _ name: String) {
        for (key, object) in target.objects {
            let isRight = [want[key], before[key]].contains { $0?.md5 == object.md5 }
            #expect(isRight, "\(key) is neither old nor new. \(name)")
        }
        for (key, object) in want {
            let isThere = [source, target].contains { $0.objects[key]?.md5 == object.md5 }
            #expect(isThere, "\(key) is lost. \(name)")
        }
        for key in before.keys where target.objects[key] == nil {
            #expect(mode == "sync" && want[key] == nil, "\(key) is deleted. \(name)")
            let isComplete = want.allSatisfy { target.objects[$0.key]?.md5 == $0.value.md5 }
            #expect(isComplete, "\(key) is deleted too early. \(name)")
        }
    }

    /// What a run that succeeded leaves.
    func expectEnd(target: Observer.Report, source: Observer.Report, _ name: String) {
        let end = mode == "sync" ? want : before.merging(want) { $1 }
        let wrong = Set(end.keys).union(target.objects.keys).filter { end[$0] != target.objects[$0] }
        #expect(wrong.isEmpty, "the target differs. \(name)")
        if mode == "move" { #expect(source.objects.isEmpty, "not moved. \(name)") }
    }
}
