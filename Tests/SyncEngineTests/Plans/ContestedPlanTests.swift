// Part of godwit. SPDX-License-Identifier: Apache-2.0

import BackendMemory
import Foundation
import StorageModel
import StorageTestKit
import Synchronization
import Testing

@testable import SyncEngine

/// Someone else changes both sides after a plan was made, and while it is carried out: what they write at the target is
/// never overwritten or deleted, and nothing but what was planned is copied.
@Suite struct ContestedPlanTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let one = environment["GODWIT_TEST_SEED"].flatMap(UInt64.init)
    /// All of 500 in `make test-full`, some otherwise. GODWIT_TEST_SEED replays one.
    private static let count = environment["GODWIT_TEST_CHAOS"].flatMap(UInt64.init)
    private static let seeds = one.map { [$0] } ?? Array(0..<(count ?? 60))
    private static let seedsOnServers = one.map { [$0] } ?? Array(0..<(count ?? 8))

    @Test(arguments: seeds) func nothingUnseenIsLost(seed: UInt64) async throws {
        try await contest(seed, bucket())
    }

    @Test(.enabled(if: !ServerBucket.conditional.isEmpty), arguments: ServerBucket.conditional)
    func nothingUnseenIsLostOnServers(server: ServerBucket) async throws {
        for seed in Self.seedsOnServers { try await server.use { try await contest(seed, $0) } }
    }

    /// Where the store is not known to honour the conditions, nothing is changed.
    @Test(.enabled(if: ServerBucket.ceph != nil)) func isRefusedByWhatIsNotKnownToHonourConditions() async throws {
        try await #require(ServerBucket.ceph).use { target in
            let scratch = try TemporaryDirectory()
            let source = bucket()
            try await Trees.pair(seed: 1, source, target)
            let reader = try await Plans.make(.sync, source, target, in: scratch)
            let before = try await target.contents()
            guard case .refused = await Plans.applied(reader, source, target).report.stop else {
                Issue.record("it was not refused")
                return
            }
            #expect(try await target.contents() == before)
        }
    }

    private func contest(_ seed: UInt64, _ inner: any Backend) async throws {
        let scratch = try TemporaryDirectory()
        let source = bucket()
        try await Trees.pair(seed: seed, source, inner)
        let reader = try await Plans.make(.sync, source, inner, in: scratch)
        let (planned, ours) = (try await source.contents(), try await inner.contents())
        let rival = Rival(seed: seed, source: source, target: inner)
        for _ in 0..<Int(seed % 7) { try await rival.act() }
        let run = await Plans.applied(reader, source, Contested(inner, rival))
        let theirs = rival.written.withLock { $0 }, touched = rival.touchedSources.withLock { $0 }
        let final = try await inner.contents()
        for (key, content) in theirs { #expect(final[key] == content, "seed \(seed): \(key) was lost") }
        for (key, content) in final where theirs[key] == nil {
            #expect(content == planned[key] || content == ours[key], "seed \(seed): \(key) has foreign bytes")
        }
        for (key, content) in planned where theirs[key] == nil && !touched.contains(key) {
            // SeaweedFS takes the directory for an object that is there: a new object beside it is left out, and told of.
            let isDirectory = (Set(planned.keys).union(ours.keys)).contains { $0.hasPrefix(ObjectKey("\(key)/")) }
            if isDirectory, ours[key] == nil, run.recorder.actions("\(key)") == [.failed] { continue }
            #expect(final[key] == content || rival.removed.withLock { $0.contains(key) }, "seed \(seed): \(key)")
        }
        #expect(run.report.stop == nil, "seed \(seed): \(run.report)")
        if run.report.objects.failed + run.report.otherFailures > 0 {
            #expect(run.report.failureKinds == [.preconditionFailed], "seed \(seed): \(run.report.failures)")
        }
    }
}

/// Someone else, who writes and deletes at both sides.
private final class Rival: Sendable {
    private let random: Mutex<SeededRandom>
    private let source: any Backend
    private let target: any Backend
    /// One act at a time: of two at once nobody could say which the store saw last.
    private let turn = ByteBudget(total: 1)
    /// What they wrote last at the target.
    let written = Mutex<[ObjectKey: [UInt8]]>([:])
    let removed = Mutex<Set<ObjectKey>>([])
    let touchedSources = Mutex<Set<ObjectKey>>([])

    init(seed: UInt64, source: any Backend, target: any Backend) {
        random = Mutex(SeededRandom(seed: seed &+ 1_000_000))
        self.source = source
        self.target = target
    }

    func act() async throws {
        try await turn.acquire(1)
        defer { turn.release(1) }
        let keys = try await (source.entries() + target.entries()).map { $0.key.detached() }.sorted()
        let (key, kind, content) = random.withLock { random in
            let key = keys.randomElement(using: &random) ?? ObjectKey("new")
            return (
                key, Int.random(in: 0..<6, using: &random),
                Array("rival \(UInt64.random(in: 0...9999, using: &random))".utf8)
            )
        }
        switch kind {
        case 0, 1, 2:
            try await target.put(content, at: key)
            written.withLock { $0[key] = content }
        case 3:
            _ = try await target.delete([Deletion(key: key)])
            written.withLock { $0[key] = nil }
            _ = removed.withLock { $0.insert(key) }
        case 4:
            _ = touchedSources.withLock { $0.insert(key) }
            try await source.put(content, at: key)
        default:
            _ = touchedSources.withLock { $0.insert(key) }
            _ = try await source.delete([Deletion(key: key)])
        }
    }
}

/// A backend that a rival gets at before some of its changes.
private final class Contested: WrappedBackend, @unchecked Sendable {  // safe: immutable
    private let rival: Rival
    private let calls = Atomic<Int>(0)

    init(_ inner: any Backend, _ rival: Rival) {
        self.rival = rival
        super.init(inner)
    }

    private func contest() async {
        if calls.add(1, ordering: .relaxed).newValue % 5 == 0 { try? await rival.act() }
    }

    override func write(
        _ content: PartBuffer, to key: ObjectKey, _ options: WriteOptions
    ) async throws(StorageError) -> Entry {
        await contest()
        return try await inner.write(content, to: key, options)
    }

    override func copy(
        _ source: CopySource, to key: ObjectKey, _ options: WriteOptions
    ) async throws(StorageError) -> Entry {
        await contest()
        return try await inner.copy(source, to: key, options)
    }

    override func delete(_ deletions: [Deletion]) async throws(StorageError) -> [DeleteOutcome] {
        await contest()
        return try await inner.delete(deletions)
    }
}
