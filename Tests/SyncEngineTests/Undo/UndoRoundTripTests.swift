// Part of godwit. SPDX-License-Identifier: Apache-2.0

import BackendMemory
import StorageModel
import StorageTestKit
import Testing

@testable import SyncEngine

/// After an undo the target is what it was before the run, to the last header.
@Suite struct UndoRoundTripTests {
    /// Objects that are easily put back wrong: with metadata, without a time, written in parts.
    private func addPeculiar(_ backend: any Backend, _ text: String) async throws {
        let metadata = ObjectMetadata(contentType: "text/x-\(text)", user: [.init(name: "who", value: text)])
        try await backend.put(Array(text.utf8), at: ObjectKey("peculiar/headers"), WriteOptions(metadata: metadata))
        let parts = text.utf8.map { Array(repeating: $0, count: 1000) }
        let key = ObjectKey("peculiar/parts")
        let upload = try await backend.beginUpload(
            to: key, size: Int64(parts.count) * 1000, partSize: 1000, WriteOptions())
        var receipts = [PartReceipt]()
        for (index, part) in parts.enumerated() {
            receipts.append(try await upload.upload(index + 1, at: Int64(index) * 1000, PartBuffer(part)))
        }
        _ = try await upload.complete(receipts, expected: nil)
    }

    @Test(arguments: Way.allCases, [1, 2, 3])
    func everythingIsPutBack(way: Way, seed: UInt64) async throws {
        for orders in [[ListingOrder.keyBytes], [.pathComponents]] {
            let (source, target) = way.stores(orders: orders)
            try await Trees.pair(seed: seed, source, target, sizeMax: 3000)
            if seed == 1 {
                try await addPeculiar(source, "new")
                try await addPeculiar(target, "of")
            }
            let before = try await target.snapshot(tags: way.keepsTags)
            let journal = KeptRecords()
            let run = await ranKeeping(source, target, journal) { way.configure(&$0) }
            #expect(run.isClean && run.report.objects.deleted > 0, "seed \(seed): \(run.report)")
            #expect(try await target.contents() != before.mapValues(\.content))
            #expect(
                try await target.snapshot(tags: way.keepsTags).mapValues(\.content) == source.contents(), "seed \(seed)"
            )

            let undo = await undone(journal, at: target, batch: 7) { way.configure(&$0) }
            #expect(undo.isClean, "seed \(seed): \(undo.report)")
            #expect(try await target.snapshot(tags: way.keepsTags) == before, "seed \(seed)")
            #expect(
                run.changes == undo.changes, "seed \(seed): \(run.report.objects) \(undo.report.objects)")

            let again = await undone(journal, at: target)
            #expect(again.isClean && again.changes == 0, "seed \(seed): \(again.report)")
            #expect(try await target.snapshot(tags: way.keepsTags) == before, "seed \(seed)")
        }
    }

    @Test func timesThatWereRepairedArePutBack() async throws {
        let (source, target) = (bucket(), bucket())
        try await source.fill(["a": "same", "b": "same"])
        try await target.fill(["a": "same"], modified: Timestamp(seconds: 5))
        try await target.fill(["b": "same"], modified: nil)
        let before = try await target.snapshot()
        let journal = KeptRecords()
        let run = await ranKeeping(source, target, journal) { $0.comparing.method = .checksum }
        // A listing does not show the time, so a second look is asked for.
        let repaired = await ranKeeping(source, target, journal) { $0.comparing.method = .mtime }
        #expect(run.isClean && repaired.isClean)
        #expect(try await target.stat(ObjectKey("a"), version: nil).modified == Timestamp(seconds: 1000))
        #expect(await undone(journal, at: target).isClean)
        #expect(try await target.snapshot() == before)
        #expect(await undone(journal, at: target).changes == 0)
    }

    @Test func aDryRunChangesNothing() async throws {
        let (source, target) = Way.single.stores()
        try await source.fill(["a": "new", "b": "made"])
        try await target.fill(["a": "old", "c": "gone"])
        let before = try await target.snapshot()
        let dry = KeptRecords()
        #expect(await ranKeeping(source, target, dry) { $0.dryRun = true }.isClean)
        #expect(dry.records.isEmpty)
        #expect(try await target.snapshot() == before)

        let journal = KeptRecords()
        await ranKeeping(source, target, journal)
        let after = try await target.entries()
        let run = await undone(journal, at: target) { $0.dryRun = true }
        #expect(run.recorder.actions("a") == [.wouldServerCopy] && run.recorder.actions("c") == [.wouldServerCopy])
        #expect(run.recorder.actions("b") == [.wouldDelete])
        #expect(try await target.entries() == after)
        #expect(await undone(journal, at: target).recorder.actions("b") == [.deleted])
        #expect(try await target.snapshot() == before)
    }

    @Test func directoriesArePutBack() async throws {
        let source = bucket(), target = TreeBackend(bucket())
        try await source.fill(["a": "1"])
        try await target.fill(["d/x": "2"])
        let journal = KeptRecords()
        await ranKeeping(source, target, journal)
        let undo = await undone(journal, at: target)
        #expect(undo.isClean)
        #expect(try await target.snapshot().keys.map(\.description) == ["d/x"])
    }

    @Test func oneObjectIsPutBack() async throws {
        let (source, target) = (bucket(), bucket())
        try await source.fill(["from/a": "new"])
        try await target.fill(["to/b": "old"])
        let before = try await target.snapshot()
        let journal = KeptRecords()
        let copy = session(source, target, journal, mode: .copy, Recorder()) { _ in }
        #expect(await copy.runObject(ObjectKey("from/a"), to: ObjectKey("to/b")).objects.transferred == 1)
        #expect(await undone(journal, at: target).isClean)
        #expect(try await target.snapshot() == before)
    }

    @Test func versionsServeWhereThereAreSome() async throws {
        let source = bucket(), target = versioned()
        try await source.fill(["a": "new", "b": "made"])
        try await target.fill(["a": "old", "c/d": "gone"])
        let before = try await target.snapshot()
        let journal = KeptRecords()
        let run = await ranKeeping(source, target, journal, keepsVersions: true)
        #expect(run.isClean && journal.records.allSatisfy { $0.kept == nil })
        #expect(try await target.contents() == source.contents())
        #expect(await undone(journal, at: target, keepsVersions: true).isClean)
        #expect(try await target.snapshot() == before)
        #expect(await undone(journal, at: target, keepsVersions: true).changes == 0)
    }

    @Test func withoutVersionsNothingIsChanged() async throws {
        let (source, target) = (bucket(), bucket())
        try await source.fill(["a": "new"])
        try await target.fill(["a": "old"])
        let run = await ranKeeping(source, target, KeptRecords(), keepsVersions: true)
        #expect(run.report.objects.failed == 1 && run.report.failureKinds == [.unsupported])
        #expect(try await target.get(ObjectKey("a")) == Array("old".utf8))
    }
}
