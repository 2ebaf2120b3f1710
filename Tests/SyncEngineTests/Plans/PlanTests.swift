// Part of godwit. SPDX-License-Identifier: Apache-2.0

import BackendMemory
import Foundation
import StorageModel
import StorageTestKit
import Synchronization
import Testing

@testable import SyncEngine

/// A plan is carried out as it was made, and never over what nobody saw.
@Suite struct PlanTests {
    private static let seeds = ProcessInfo.processInfo.environment["GODWIT_TEST_CHAOS"].flatMap(UInt64.init) ?? 60

    private func header(_ mode: SyncMode) -> PlanHeader {
        PlanHeader(
            mode: mode, made: Timestamp(seconds: 5, nanoseconds: 6), program: "test", source: "s", target: "t é",
            sourceIdentity: "memory/s", targetIdentity: "memory/t", arguments: ["/", "plan", ""])
    }

    /// Plans a run in `directory`; nothing is changed by it.
    private func plan(
        _ mode: SyncMode, _ source: any Backend, _ target: any Backend, in directory: TemporaryDirectory
    ) async throws -> PlanReader {
        let path = directory.path + "/plan"
        let writer = try PlanWriter(path, header(mode))
        let run = await ran(mode, source, target) {
            $0.dryRun = true
            $0.planSink = writer
        }
        #expect(run.isClean, "\(run.report)")
        try writer.finish()
        return try PlanReader(path)
    }

    private func applied(
        _ reader: PlanReader, _ source: any Backend, _ target: any Backend, weakly: Bool = false
    ) async -> Ran {
        await ran(reader.header.mode, source, target) {
            $0.plan = AppliedPlan(reader, allowsWeakConditions: weakly)
            $0.deleting.allowsEmptySource = true
        }
    }

    @Test(arguments: 0..<32) func comesToWhatASyncComesTo(seed: UInt64) async throws {
        let directory = try TemporaryDirectory()
        let source = seed % 2 == 0 ? bucket() : self.directory(), target = seed % 4 < 2 ? bucket() : self.directory()
        try await Trees.pair(seed: seed, source, target)
        let before = try await target.contents()
        let reader = try await plan(.sync, source, target, in: directory)
        #expect(reader.header == header(.sync))
        #expect(try await target.contents() == before, "a plan changed something")
        let run = await applied(reader, source, target)
        #expect(run.isClean, "seed \(seed): \(run.report)")
        let expected = try await source.contents()
        #expect(try await target.contents() == expected, "seed \(seed)")
        #expect(await ran(.sync, source, target).changes == 0)
        // What is done is not done again.
        let again = await applied(reader, source, target)
        #expect(again.isClean && again.report.objects.transferred + again.report.objects.serverCopied == 0)
    }

    private func directory() -> MemoryBackend { SyncEngineTests.directory() }

    /// Someone else changes both sides after the plan was made, and while it is carried out: what they write at the target
    /// is never overwritten or deleted, and nothing but what was planned is copied.
    @Test(arguments: 0..<seeds) func nothingUnseenIsLost(seed: UInt64) async throws {
        let scratch = try TemporaryDirectory()
        let source = bucket(), inner = bucket()
        try await Trees.pair(seed: seed, source, inner)
        let reader = try await plan(.sync, source, inner, in: scratch)
        let (planned, ours) = (try await source.contents(), try await inner.contents())
        let rival = Rival(seed: seed, source: source, target: inner)
        for _ in 0..<Int(seed % 7) { try await rival.act() }
        let target = Contested(inner, rival)
        let run = await applied(reader, source, target)
        let theirs = rival.written.withLock { $0 }, touched = rival.touchedSources.withLock { $0 }
        let final = try await inner.contents()
        for (key, content) in theirs { #expect(final[key] == content, "seed \(seed): \(key) was lost") }
        for (key, content) in final where theirs[key] == nil {
            #expect(content == planned[key] || content == ours[key], "seed \(seed): \(key) has foreign bytes")
        }
        for (key, content) in planned where theirs[key] == nil && !touched.contains(key) {
            #expect(final[key] == content || rival.removed.withLock { $0.contains(key) }, "seed \(seed): \(key)")
        }
        if run.report.objects.failed + run.report.otherFailures > 0 {
            #expect(run.report.failureKinds == [.preconditionFailed], "seed \(seed): \(run.report.failures)")
        }
    }

    @Test func storesWithoutConditionsAreRefused() async throws {
        let scratch = try TemporaryDirectory()
        let source = bucket(), target = bucket { $0.conditions = [.readIfMatch] }
        try await source.fill(["a": "1", "b": "2"])
        try await target.fill(["b": "old", "c": "3"])
        let reader = try await plan(.sync, source, target, in: scratch)
        let before = try await target.contents()
        let refused = await applied(reader, source, target)
        guard case .refused(let reason) = refused.report.stop else {
            Issue.record("\(refused.report)")
            return
        }
        #expect(reason.contains("3 changes") && reason.contains("--weak-preconditions"))
        #expect(try await target.contents() == before)
        try await target.fill(["b": "theirs"])
        let weak = await applied(reader, source, target, weakly: true)
        #expect(weak.report.objects.failed == 1 && weak.report.failureKinds == [.preconditionFailed])
        let text = try await target.contents().mapValues { String(decoding: $0, as: UTF8.self) }
        // What failed holds back the deletions.
        #expect(text == [ObjectKey("a"): "1", ObjectKey("b"): "theirs", ObjectKey("c"): "3"])
    }

    @Test func aFileThatIsNoWholePlanIsRefused() async throws {
        let scratch = try TemporaryDirectory()
        let source = bucket(), target = bucket()
        for index in 0..<3000 { try await source.put([1], at: ObjectKey("key-\(index)")) }
        _ = try await plan(.copy, source, target, in: scratch)
        let path = scratch.path + "/plan"
        #expect(!FileManager.default.fileExists(atPath: path + ".partial"))
        let whole = try Data(contentsOf: URL(fileURLWithPath: path))
        func message(_ data: Data) throws -> String {
            let other = scratch.path + "/other"
            try data.write(to: URL(fileURLWithPath: other))
            do throws(StorageError) {
                _ = try PlanReader(other)
                return ""
            } catch {
                #expect(error.kind == .invalidConfiguration)
                return error.message
            }
        }
        #expect(try message(whole) == "")
        for end in [0, 5, 12, 15, 16, 40, whole.count / 2, whole.count - 33, whole.count - 1] {
            #expect(try message(whole.prefix(end)) != "", "cut to \(end)")
        }
        for index in stride(from: 0, to: whole.count, by: max(1, whole.count / 40)) {
            var edited = whole
            edited[index] ^= 1
            #expect(try message(edited) != "", "byte \(index)")
        }
        var newer = whole
        newer[12] = 2
        #expect(try message(newer).contains("version 2"))
        #expect(try message(Data("nothing like it, but long enough".utf8)).contains("does not begin"))
    }

    @Test func changesComeBackAsTheyWere() async throws {
        let scratch = try TemporaryDirectory()
        let path = scratch.path + "/plan"
        let entry = Entry(
            key: ObjectKey("p/k"), size: 7, modified: Timestamp(seconds: -1, nanoseconds: 2), tag: VersionTag("t"),
            storageClass: "GLACIER")
        let changes = PlannedChange.Kind.allCases.map { kind in
            PlannedChange(
                kind, ObjectKey("k\n\(kind)"), source: kind == .delete ? nil : entry,
                target: kind == .makeDirectory ? nil : entry, evidence: .checksum)
        }
        let writer = try PlanWriter(path, header(.copy))
        for _ in 0..<2000 { for change in changes { try writer.add(change) } }
        try writer.finish()
        var reader = try PlanReader(path).changes(), back: [PlannedChange] = []
        while let some = try reader.next() { back += some }
        #expect(back == (0..<2000).flatMap { _ in changes })
    }
}

/// Someone else, who writes and deletes at both sides.
private final class Rival: Sendable {
    private let random: Mutex<SeededRandom>
    private let source: any Backend
    private let target: any Backend
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
