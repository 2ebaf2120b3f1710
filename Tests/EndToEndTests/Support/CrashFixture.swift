// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// What scenes of crashes begin from: a mixed tree on disk and in a store, and objects that a target has too many.
struct CrashFixture: Sendable {
    let store: Store
    /// Directories.
    let source, extras: String
    /// Buckets; the tree is under `master/` of `sources`.
    let sources, targets: String
    /// What the directories hold.
    let want, wantExtras: [String: Observer.Object]
    let largeSize: Int
    private let scratch: Scratch

    init(_ store: Store, mebibytes: Int) async throws {
        self.store = store
        largeSize = mebibytes << 20
        scratch = try Scratch()
        source = try scratch.directory("source")
        extras = try scratch.directory("extras")
        var random = SeededRandom(seed: 31)
        var tree = FileTree()
        tree[CrashScene.large] = random.file(mebibytes << 20)
        for number in 0..<60 {
            tree["d\(number % 7)/small-\(number)"] = random.file(Int.random(in: 0...30_000, using: &random))
        }
        try tree.write(to: source)
        var more = FileTree()
        for number in 0..<300 { more["d\(number % 9)/extra-\(number)"] = random.file(20) }
        try more.write(to: extras)
        sources = try await store.makeBucket("crash-from")
        targets = try await store.makeBucket("crash-to")
        try await Programs.rclone(
            "copy", "--s3-chunk-size", "5M", "--s3-upload-cutoff", "5M", source, store.location("\(sources)/master"))
        let reports = try await Observer(.directory(source), .directory(extras)).end()
        (want, wantExtras) = (reports[0].objects, reports[1].objects)
    }
}
