// Part of godwit. SPDX-License-Identifier: Apache-2.0

import BackendLocal
import BackendMemory
import StorageModel
import StorageTestKit
import Testing

@testable import SyncEngine

/// Directories, beside which things are kept.
@Suite struct UndoLocalTests {
    /// A directory with a target in it and what is kept beside that.
    private struct Place {
        let directory: TemporaryDirectory
        let target: LocalBackend
        let beside: LocalBackend

        init() throws {
            directory = try TemporaryDirectory()
            var options = LocalOptions()
            options.links = .keep
            options.createsRoot = true
            target = LocalBackend(root: directory.path + "/target", options: options)
            beside = LocalBackend(root: directory.path, options: options)
        }

        var kept: SyncLocation { SyncLocation(backend: beside, prefix: trash) }

        func undo(_ journal: KeptRecords) async -> SyncReport {
            await UndoSession(
                target: SyncLocation(backend: target), place: kept, observer: nil, journal: KeptRecords(),
                records: journal.batches(of: 10)
            ).run()
        }
    }

    @Test(arguments: [1, 2, 3])
    func filesArePutBack(seed: UInt64) async throws {
        let place = try Place()
        let source = bucket()
        let (old, new) = (SeededTree(seed: seed, count: 60), SeededTree(seed: seed + 100, count: 60))
        for object in old.objects {
            try await place.target.put(object.content, at: object.key, WriteOptions(modified: object.modified))
        }
        // Names of the one tree that are directories of the other cannot be written.
        let paths = old.objects.map(\.key)
        for object in new.objects + old.objects.prefix(20)
        where !paths.contains(where: { object.key.isBelow($0) || $0.isBelow(object.key) }) {
            try await source.put(object.content + [1], at: object.key, WriteOptions(modified: object.modified))
        }
        let size = Int64(12 << 20)
        try await place.target.put(Array(repeating: 1, count: Int(size)), at: ObjectKey("large"))
        try await source.put(Array(repeating: 2, count: Int(size) + 5), at: ObjectKey("large"))
        let link = WriteOptions(modified: Timestamp(seconds: 3), isSymbolicLink: true)
        try await place.target.put(Array("to/nowhere".utf8), at: ObjectKey("link.rclonelink"), link)
        let before = try await place.target.snapshot()

        let journal = KeptRecords()
        let run = await ranKeeping(source, place.target, journal, place: place.kept) { $0.links = .keep }
        #expect(run.isClean && run.report.objects.deleted > 0, "seed \(seed): \(run.report.failures)")
        #expect(try await place.target.snapshot().mapValues(\.content) == source.contents(), "seed \(seed)")
        let undo = await place.undo(journal)
        #expect(undo.stop == nil && undo.failures.isEmpty, "seed \(seed): \(undo.failures)")
        #expect(try await place.target.snapshot() == before, "seed \(seed)")
        #expect(try await place.target.get(ObjectKey("link.rclonelink"), capacity: 100) == Array("to/nowhere".utf8))
        let again = await place.undo(journal)
        #expect(again.failures.isEmpty && again.objects.transferred == 0 && again.objects.deleted == 0)
    }

    @Test func whatWasEditedSinceStays() async throws {
        let place = try Place()
        let source = bucket()
        try await source.fill(["a": "new", "b/made": "1", "same": "same"])
        try await place.target.fill(["a": "old", "same": "same", "gone/x": "2"], modified: Timestamp(seconds: 7))
        let before = try await place.target.snapshot()
        let journal = KeptRecords()
        let run = await ranKeeping(source, place.target, journal, place: place.kept) {
            $0.comparing.method = .mtime
        }
        #expect(run.isClean && run.report.objects.metadataUpdated == 1)
        try await place.target.fill(["a": "edited"], modified: nil)
        let undo = await place.undo(journal)
        #expect(undo.failures.map(\.kind) == [.preconditionFailed])
        var expected = before
        expected[ObjectKey("a")] = try await place.target.snapshot()[ObjectKey("a")]
        #expect(try await place.target.snapshot() == expected)
        // The directory that the run made went with the file that it had made.
        let listed = try await place.target.everything(
            ListRequest(order: .keyBytes, includesDirectories: true)
        ).entries
        #expect(!listed.contains { $0.key == ObjectKey("b/") })
    }
}
