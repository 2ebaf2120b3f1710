// Part of godwit. SPDX-License-Identifier: Apache-2.0

import BackendMemory
import StorageModel
import StorageTestKit
import Synchronization
import Testing

@testable import SyncEngine

/// What objects of the same content carry is compared where it may have changed, and repaired without moving bytes.
@Suite struct MetadataRepairTests {
    private let source = bucket(), target = bucket(MemoryStore(containers: ["memory"]))
    private let key = ObjectKey("a")

    private func metadata(_ type: String, tag: String? = nil) -> ObjectMetadata {
        var metadata = ObjectMetadata(contentType: type, user: [.init(name: "u", value: type)])
        metadata.tags = tag.map { [.init(name: "t", value: $0)] } ?? []
        return metadata
    }

    private func put(_ metadata: ObjectMetadata) async throws {
        try await source.put([1, 2], at: key, WriteOptions(metadata: metadata, modified: Timestamp(seconds: 5)))
    }

    @Test func whatWasChangedAfterTheCopyIsRepaired() async throws {
        try await put(metadata("text/a", tag: "1"))
        _ = await ran(.sync, source, target)
        try await put(metadata("text/b", tag: "2"))
        let check = await ran(.check, source, target) { $0.comparing.comparesMetadata = true }
        #expect(check.report.differences.differing == 1)
        #expect(check.recorder.outcomes.map(\.evidence) == [.metadata])
        let dry = await ran(.sync, source, target) { $0.dryRun = true }
        #expect(dry.report.objects.metadataUpdated == 1)
        let run = await ran(.sync, source, target)
        #expect(run.isClean && run.report.objects.metadataUpdated == 1 && run.report.bytes.transferred == 0)
        let entry = try await target.stat(key, version: nil)
        #expect(entry.metadata == metadata("text/b", tag: "2"))
        #expect(entry.modified == Timestamp(seconds: 5))
        #expect(await ran(.sync, source, target).changes == 0)
    }

    /// The target's own lock, which no repair may drop, stays; and so does what is not to be copied.
    @Test func onlyWhatDiffersIsReplaced() async throws {
        try await put(metadata("text/a", tag: "1"))
        _ = await ran(.sync, source, target)
        let copy = try await target.stat(key, version: nil)
        var own = metadata("text/a", tag: "1")
        own.lock = ObjectLock(hasLegalHold: true)
        try await target.put([1, 2], at: key, WriteOptions(metadata: own, modified: copy.modified))
        try await put(metadata("text/c", tag: "9"))
        let run = await ran(.sync, source, target) { $0.transferring.preserved.remove(.tags) }
        #expect(run.isClean && run.report.objects.metadataUpdated == 1)
        let entry = try await target.stat(key, version: nil)
        #expect(entry.metadata?.contentType == "text/c")
        #expect(entry.metadata?.tags == own.tags && entry.metadata?.lock == own.lock)
    }

    private static let far = Timestamp(seconds: 32_503_680_000), farther = Timestamp(seconds: 32_503_690_000)

    /// A lock is made stronger, in every respect in which it lacks something, and never weaker.
    @Test(
        arguments: [
            (ObjectLock(hasLegalHold: true), nil, ObjectLock(hasLegalHold: true)),
            (
                ObjectLock(mode: .governance, retainUntil: farther), ObjectLock(mode: .governance, retainUntil: far),
                ObjectLock(mode: .governance, retainUntil: farther)
            ),
            (
                ObjectLock(mode: .compliance, retainUntil: far),
                ObjectLock(mode: .governance, retainUntil: farther, hasLegalHold: true),
                ObjectLock(mode: .compliance, retainUntil: farther, hasLegalHold: true)
            ),
            (nil, ObjectLock(hasLegalHold: true), nil),
            (ObjectLock(mode: .governance, retainUntil: far), ObjectLock(mode: .compliance, retainUntil: far), nil),
            // Half a second is as much as a store forgets.
            (
                ObjectLock(mode: .governance, retainUntil: Timestamp(seconds: far.seconds, nanoseconds: 500_000_000)),
                ObjectLock(mode: .governance, retainUntil: far), nil
            ),
            // What has ended is none.
            (ObjectLock(mode: .governance, retainUntil: Timestamp(seconds: 9)), nil, nil),
        ] as [(ObjectLock?, ObjectLock?, ObjectLock?)])
    func locksAreMadeStronger(ours: ObjectLock?, theirs: ObjectLock?, repaired: ObjectLock?) async throws {
        var (mine, copy) = (metadata("text/a", tag: "1"), metadata("text/a", tag: "1"))
        (mine.lock, copy.lock) = (ours, theirs)
        try await put(mine)
        try await target.put([1, 2], at: key, WriteOptions(metadata: copy, modified: Timestamp(seconds: 5)))
        let run = await ran(.sync, source, target) { $0.comparing.comparesMetadata = true }
        #expect(run.isClean && run.report.objects.metadataUpdated == (repaired == nil ? 0 : 1))
        copy.lock = repaired ?? theirs
        #expect(try await target.stat(key, version: nil).metadata == copy)
        #expect(await ran(.sync, source, target, { $0.comparing.comparesMetadata = true }).changes == 0)
    }

    @Test func locksThatAreNotPreservedAreNotRepaired() async throws {
        var mine = metadata("text/a")
        mine.lock = ObjectLock(hasLegalHold: true)
        try await put(mine)
        try await target.put(
            [1, 2], at: key, WriteOptions(metadata: metadata("text/a"), modified: Timestamp(seconds: 5)))
        let run = await ran(.sync, source, target) { options in
            options.comparing.comparesMetadata = true
            options.transferring.preserved.remove(.lock)
        }
        #expect(run.isClean && run.changes == 0)
    }

    /// An undo takes a repair back, to the last tag.
    @Test(arguments: [nil, Timestamp(seconds: 5)]) func aRepairIsUndone(modified: Timestamp?) async throws {
        func put(_ type: String, _ tag: String) async throws {
            try await source.put([1, 2], at: key, WriteOptions(metadata: metadata(type, tag: tag), modified: modified))
        }
        try await put("text/a", "1")
        _ = await ran(.sync, source, target)
        let before = try await target.snapshot()
        try await put("text/b", "2")
        let journal = KeptRecords()
        let run = await ranKeeping(source, target, journal)
        #expect(run.isClean && run.report.objects.metadataUpdated == 1)
        #expect(try await target.snapshot() != before)
        let undo = await undone(journal, at: target)
        #expect(undo.isClean && undo.changes == 1)
        #expect(try await target.snapshot() == before)
    }

    /// Who leaves times behind has none repaired.
    @Test func timesThatAreNotWantedAreNotRepaired() async throws {
        try await put(metadata("text/a"))
        _ = await ran(.sync, source, target)
        let copied = try await target.stat(key, version: nil)
        try await target.setModified(Timestamp(seconds: 77), of: copied)
        let run = await ran(.sync, source, target) {
            $0.transferring.preserved.remove(.times)
            $0.comparing.method = .mtime
        }
        #expect(run.isClean && run.report.objects.metadataUpdated == 0)
        #expect(try await target.stat(key, version: nil).modified == Timestamp(seconds: 77))
    }

    /// A type that the source does not say is any: a comparison does not go on finding it.
    @Test func aTypeThatNobodyGaveIsAny() async throws {
        let entry = try await source.put([1, 2], at: key, WriteOptions(modified: Timestamp(seconds: 5)))
        try await target.put(
            [1, 2], at: key,
            WriteOptions(metadata: ObjectMetadata(contentType: "text/guessed"), modified: entry.modified))
        let check = await ran(.check, source, target) { $0.comparing.comparesMetadata = true }
        #expect(check.report.differences.total == 0)
    }

    /// Tags are changed without a trace in listings: only who asks for it finds that.
    @Test func tagsAreComparedWhereThatIsAskedFor() async throws {
        try await put(metadata("text/a", tag: "1"))
        _ = await ran(.sync, source, target)
        let entry = try await source.stat(key, version: nil)
        try await source.setAttributes(.tags, of: entry, to: metadata("text/a", tag: "2"), modified: nil)
        #expect(await ran(.sync, source, target).changes == 0)
        let run = await ran(.sync, source, target) { $0.comparing.comparesMetadata = true }
        #expect(run.report.objects.metadataUpdated == 1)
        #expect(try await target.stat(key, version: nil).metadata?.tags == [.init(name: "t", value: "2")])
    }

    /// A mirror that is copied back is older everywhere: a few looks find nothing, and the rest are spared.
    @Test func aFewLooksAreEnoughWhereNothingIsFound() async throws {
        for number in 0..<200 {
            try await target.put([1], at: ObjectKey("k\(number)"), WriteOptions(modified: Timestamp(seconds: 5)))
        }
        for number in 0..<200 {
            try await source.put([1], at: ObjectKey("k\(number)"), WriteOptions(modified: Timestamp(seconds: 5)))
        }
        let counted = CountingStats(source)
        let run = await ran(.sync, counted, target)
        #expect(run.changes == 0 && run.report.objects.skipped == 200)
        #expect((1...32).contains(counted.count))
    }
}

/// Counts stats.
private final class CountingStats: WrappedBackend, @unchecked Sendable {  // safe: the count is atomic
    private let stats = Atomic(0)

    var count: Int { stats.load(ordering: .relaxed) }

    override func stat(_ key: ObjectKey, version: String?) async throws(StorageError) -> Entry {
        stats.add(1, ordering: .relaxed)
        return try await super.stat(key, version: version)
    }
}
