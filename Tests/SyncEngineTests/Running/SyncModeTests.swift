// Part of godwit. SPDX-License-Identifier: Apache-2.0

import BackendMemory
import StorageModel
import StorageTestKit
import Testing

@testable import SyncEngine

/// Seeded trees in every mode and every pair of stores.
@Suite struct SyncModeTests {
    /// What kind of stores a seed plays with.
    private func stores(_ seed: UInt64) -> (any Backend, any Backend) {
        let orders: [[ListingOrder]] = [[.keyBytes], [.pathComponents], [.unordered], [.keyBytes, .pathComponents]]
        let sourceOrders = orders[Int(seed % 4)], targetOrders = orders[Int(seed / 4 % 4)]
        let pageSize = Int(seed % 7) + 1
        let source: any Backend =
            seed / 16 % 2 == 0
            ? bucket(orders: sourceOrders, pageSize: pageSize) : directory(orders: sourceOrders, pageSize: pageSize)
        let target: any Backend =
            seed / 32 % 2 == 0
            ? bucket(orders: targetOrders, pageSize: 5) : directory(orders: targetOrders, pageSize: 5)
        return (source, target)
    }

    @Test(arguments: 0..<128) func syncMakesTheTargetEqual(seed: UInt64) async throws {
        let (source, target) = stores(seed)
        try await Trees.pair(seed: seed, source, target)
        // `a` at the source and `ab` beside it at the target must not count as one another.
        try await source.fill(["a0": "source"])
        let first = await ran(.sync, source, target)
        #expect(first.isClean, "seed \(seed): \(first.report)")
        let expected = try await source.contents()
        #expect(try await target.contents() == expected, "seed \(seed)")
        let second = await ran(.sync, source, target)
        #expect(second.isClean && second.changes == 0, "seed \(seed): \(second.report.objects)")
        let check = await ran(.check, source, target)
        #expect(check.report.differences.total == 0)
    }

    @Test(arguments: 0..<64) func copyDeletesNothing(seed: UInt64) async throws {
        let (source, target) = stores(seed)
        try await Trees.pair(seed: seed, source, target)
        let before = try await target.contents()
        let copied = await ran(.copy, source, target)
        #expect(copied.isClean)
        let ours = try await source.contents()
        #expect(try await target.contents() == before.merging(ours) { $1 }, "seed \(seed)")
        #expect(await ran(.copy, source, target).changes == 0)
    }

    @Test(arguments: 0..<64) func moveEmptiesTheSource(seed: UInt64) async throws {
        let (source, target) = stores(seed)
        try await Trees.pair(seed: seed, source, target)
        let before = try await target.contents()
        let ours = try await source.contents()
        let moved = await ran(.move, source, target)
        #expect(moved.isClean, "\(moved.report)")
        #expect(try await source.contents().isEmpty, "seed \(seed)")
        #expect(try await target.contents() == before.merging(ours) { $1 })
    }

    @Test(arguments: 0..<48) func dryRunsAndChecksChangeNothing(seed: UInt64) async throws {
        let (source, target) = stores(seed)
        try await Trees.pair(seed: seed, source, target)
        let (sourceBefore, targetBefore) = (try await source.contents(), try await target.contents())
        let dry = await ran(.sync, source, target) { $0.dryRun = true }
        let check = await ran(.check, source, target)
        #expect(try await source.contents() == sourceBefore)
        #expect(try await target.contents() == targetBefore)
        // What a dry run says is what the run then does.
        let real = await ran(.sync, source, target)
        #expect(dry.report.objects.transferred == real.report.objects.transferred, "seed \(seed)")
        #expect(dry.report.objects.deleted == real.report.objects.deleted)
        #expect(dry.report.objects.metadataUpdated == real.report.objects.metadataUpdated)
        let differences = check.report.differences
        #expect(
            differences.onlySource + differences.differing + differences.notComparable == dry.report.objects.transferred
        )
        #expect(differences.onlyTarget == dry.report.objects.deleted)
    }

    @Test func prefixesBoundBothSides() async throws {
        let source = bucket(), target = bucket()
        try await source.fill(["pre/a": "1", "pre/b/c": "2", "pre2/x": "no", "pr": "no", "pre": "no", "pre/": ""])
        try await target.fill(["to/old": "3", "to2/keep": "4", "keep": "5"])
        let run = await ran(.sync, source, target, from: "pre/", to: "to/")
        #expect(run.isClean && run.report.objects.deleted == 1)
        #expect(
            try await target.contents().mapValues { String(decoding: $0, as: UTF8.self) }
                == [
                    ObjectKey("to/a"): "1", ObjectKey("to/b/c"): "2", ObjectKey("to2/keep"): "4",
                    ObjectKey("keep"): "5",
                ])
        #expect(run.recorder.actions("b/c") == [.transferred])
        #expect(run.recorder.actions("old") == [.deleted])
    }

    @Test func timesAreKeptAndRepaired() async throws {
        let source = directory(), target = directory()
        let time = Timestamp(seconds: 1_700_000_000, nanoseconds: 123_456_789)
        try await source.put([1, 2], at: ObjectKey("new"), WriteOptions(modified: time))
        try await source.put([3], at: ObjectKey("old"), WriteOptions(modified: time))
        try await target.put([3], at: ObjectKey("old"), WriteOptions(modified: Timestamp(seconds: 5)))
        let run = await ran(.copy, source, target)
        #expect(run.report.objects.metadataUpdated == 1)
        for key in ["new", "old"] {
            #expect(try await target.stat(ObjectKey(key), version: nil).modified == time)
        }
    }

    @Test func metadataTravels() async throws {
        let source = bucket(), target = bucket()
        var metadata = ObjectMetadata(contentType: "text/x", user: [.init(name: "who", value: "me")])
        metadata.cacheControl = "no-store"
        try await source.put([1], at: ObjectKey("a"), WriteOptions(metadata: metadata, modified: Timestamp(seconds: 7)))
        await ran(.copy, source, target)
        let entry = try await target.stat(ObjectKey("a"), version: nil)
        #expect(entry.metadata == metadata && entry.modified == Timestamp(seconds: 7))
    }

    @Test func aSourceWithoutStoredTimesIsStable() async throws {
        let source = bucket(), target = directory()
        try await source.put(Array(repeating: 1, count: 2 << 20), at: ObjectKey("large"))
        try await source.put([1], at: ObjectKey("small"))
        #expect(await ran(.copy, source, target).report.objects.transferred == 2)
        #expect(await ran(.copy, source, target).changes == 0)
    }

    @Test func immutableRefusesOnlyChanges() async throws {
        let source = bucket(), target = bucket()
        try await source.fill(["changed": "new", "same": "same", "new": "new"])
        try await target.fill(["changed": "old", "same": "same"])
        let run = await ran(.copy, source, target) { $0.immutable = true }
        #expect(run.recorder.actions("changed") == [.failed])
        #expect(run.recorder.evidence("changed") == .immutable)
        #expect(run.recorder.actions("same") == [.skipped])
        #expect(run.recorder.actions("new") == [.transferred])
        #expect(try await target.get(ObjectKey("changed")) == Array("old".utf8))
    }

    @Test func checkTellsEveryDifference() async throws {
        let source = bucket(), target = bucket()
        try await source.fill(["same": "1", "differs": "1", "mine": "1", "size": "12"])
        try await target.fill(["same": "1", "differs": "2", "theirs": "1", "size": "1"])
        let run = await ran(.check, source, target)
        #expect(run.recorder.actions("same") == [.same])
        #expect(run.recorder.actions("differs") == [.differs])
        #expect(run.recorder.evidence("size") == .size)
        #expect(run.recorder.actions("mine") == [.onlySource])
        #expect(run.recorder.actions("theirs") == [.onlyTarget])
        #expect(run.report.differences.total == 4)
        let oneWay = await ran(.check, source, target) { $0.comparing.oneWay = true }
        #expect(oneWay.report.differences.onlyTarget == 0)
    }

    @Test func aChecksumCheckSaysWhatCannotBeCompared() async throws {
        let source = directory(),
            target = bucket { $0.multipart = .init(partMin: 1, partMax: 1 << 30, partCountMax: 9) }
        let bytes = Array(repeating: UInt8(7), count: 3000)
        try await source.put(bytes, at: ObjectKey("a"))
        // Parts of different sizes: no part size gives this tag.
        let session = try await target.beginUpload(to: ObjectKey("a"), size: 3000, partSize: 1000, WriteOptions())
        var receipts = [PartReceipt]()
        for (number, range) in [0..<100, 100..<1500, 1500..<3000].enumerated() {
            receipts.append(
                try await session.upload(number + 1, at: Int64(range.lowerBound), PartBuffer(Array(bytes[range]))))
        }
        _ = try await session.complete(receipts, expected: nil)
        let listed = bucketView(of: source)
        let run = await ran(.check, listed, target) { $0.comparing.method = .checksum }
        #expect(run.recorder.actions("a") == [.notComparable])
        #expect(run.report.differences.notComparable == 1)
    }

    /// A directory whose listing offers no tags, as a file system's does.
    private func bucketView(of backend: any Backend) -> any Backend { UntaggedBackend(backend) }

    @Test func oneObjectGoesToAnExactName() async throws {
        let source = bucket(), target = bucket()
        try await source.fill(["dir/a": "1"])
        let session = SyncSession(
            source: SyncLocation(backend: source), target: SyncLocation(backend: target),
            options: SyncOptions(mode: .copy), observer: nil)
        let report = await session.runObject(ObjectKey("dir/a"), to: ObjectKey("b/other"))
        #expect(report.objects.transferred == 1 && report.stop == nil)
        #expect(try await target.contents() == [ObjectKey("b/other"): [49]])
        let again = SyncSession(
            source: SyncLocation(backend: source), target: SyncLocation(backend: target),
            options: SyncOptions(mode: .move), observer: nil)
        let moved = await again.runObject(ObjectKey("dir/a"), to: ObjectKey("b/other"))
        #expect(moved.objects.skipped == 1 && moved.objects.transferred == 0)
        #expect(try await source.contents().isEmpty)
        let missing = SyncSession(
            source: SyncLocation(backend: source), target: SyncLocation(backend: target),
            options: SyncOptions(mode: .copy), observer: nil)
        let failed = await missing.runObject(ObjectKey("dir/a"), to: ObjectKey("c"))
        #expect(failed.failureKinds == [.notFound] && failed.objects.failed == 1)
    }

    @Test func overlapsAreToldByContainerAndPath() {
        let store = MemoryStore(containers: ["one", "two"])
        let one = MemoryBackend(store: store, container: "one"), two = MemoryBackend(store: store, container: "two")
        func location(_ backend: MemoryBackend, _ prefix: String) -> SyncLocation {
            SyncLocation(backend: backend, prefix: ObjectKey(prefix))
        }
        #expect(overlaps(location(one, ""), location(one, "a/")))
        #expect(overlaps(location(one, "a/b/"), location(one, "a/")))
        #expect(overlaps(location(one, "a/"), location(one, "a/")))
        #expect(!overlaps(location(one, "a/"), location(one, "ab/")))
        #expect(!overlaps(location(one, ""), location(two, "")))
    }

    @Test func directoryMarkersAreSkippedWhereThereAreDirectories() async throws {
        let source = bucket(), target = TreeBackend(directory())
        try await source.fill(["d/": "", "d/a": "1"])
        let run = await ran(.sync, source, target)
        #expect(run.recorder.actions("d/") == [.skipped] && run.recorder.evidence("d/") == .directory)
        #expect(try await target.contents().count == 1)
        // Nor does a tree, which cannot have markers, take them from a bucket.
        let back = await ran(.sync, target, source)
        #expect(back.isClean && back.changes == 0)
        #expect(try await source.contents().count == 2)
    }
}
