// Part of godwit. SPDX-License-Identifier: Apache-2.0

import BackendMemory
import StorageModel
import StorageTestKit
import Testing

@testable import SyncEngine

/// What someone changed since is reported and left alone.
@Suite struct UndoChangedSinceTests {
    @Test func whatWasChangedSinceStays() async throws {
        let (source, target) = (bucket(), bucket())
        try await source.fill(["replaced": "new", "replaced/2": "new", "made": "1", "made2": "2", "fine": "new"])
        try await target.fill(["replaced": "old", "replaced/2": "old", "gone": "x", "fine": "old"])
        let journal = KeptRecords()
        #expect(await ranKeeping(source, target, journal).isClean)
        try await target.fill(["replaced": "other", "made": "other", "gone": "other"])
        _ = try await target.delete([Deletion(key: ObjectKey("replaced/2")), Deletion(key: ObjectKey("made2"))])

        let undo = await undone(journal, at: target)
        #expect(undo.report.objects.failed == 4 && undo.report.failureKinds == [.preconditionFailed])
        #expect(undo.report.failures.allSatisfy { "\($0)".contains("since the run; it was left alone") })
        for key in ["replaced", "made", "gone"] {
            #expect(undo.recorder.actions(key) == [.failed])
            #expect(try await target.get(ObjectKey(key)) == Array("other".utf8))
        }
        #expect(undo.recorder.actions("made2") == [.skipped])
        #expect(undo.recorder.actions("replaced/2") == [.failed])
        #expect(try await target.get(ObjectKey("fine")) == Array("old".utf8))
    }

    @Test func whatIsChangedWhileItIsUndoneStays() async throws {
        let (source, target) = (bucket(), bucket())
        try await source.fill(["a": "new", "made": "1"])
        try await target.fill(["a": "old", "gone": "x"])
        let journal = KeptRecords()
        await ranKeeping(source, target, journal)
        let meddled = Meddled(target)
        let undo = await undone(journal, at: meddled)
        #expect(undo.report.failures.count == 3 && undo.report.failureKinds == [.preconditionFailed])
        for key in ["a", "made", "gone"] { #expect(try await target.get(ObjectKey(key)) == Array("meddled".utf8)) }
    }

    @Test func whatIsChangedBetweenKeepingAndWritingStays() async throws {
        let (source, target) = (bucket(), bucket())
        try await source.fill(["a": "new", "made": "1"])
        try await target.fill(["a": "old"])
        let journal = KeptRecords()
        let run = await ranKeeping(source, Meddled(target), journal)
        #expect(run.report.objects.failed == 2 && run.report.failureKinds == [.preconditionFailed])
        for key in ["a", "made"] { #expect(try await target.get(ObjectKey(key)) == Array("meddled".utf8)) }
        #expect(try await target.contents(under: trash.description) == [ObjectKey("a"): Array("old".utf8)])
        #expect(await undone(journal, at: target).report.objects.failed == 2)
        for key in ["a", "made"] { #expect(try await target.get(ObjectKey(key)) == Array("meddled".utf8)) }
    }

    /// Someone writes to an object right before the run or the undo does.
    private final class Meddled: WrappedBackend, @unchecked Sendable {  // safe: adds no state
        override func write(
            _ content: PartBuffer, to key: ObjectKey, _ options: WriteOptions
        ) async throws(StorageError) -> Entry {
            try await inner.put(Array("meddled".utf8), at: key)
            return try await inner.write(content, to: key, options)
        }

        override func copy(
            _ source: CopySource, to key: ObjectKey, _ options: WriteOptions
        ) async throws(StorageError) -> Entry {
            if !key.hasPrefix(trash) { try await inner.put(Array("meddled".utf8), at: key) }
            return try await inner.copy(source, to: key, options)
        }

        override func delete(_ deletions: [Deletion]) async throws(StorageError) -> [DeleteOutcome] {
            for deletion in deletions { try await inner.put(Array("meddled".utf8), at: deletion.key) }
            return try await inner.delete(deletions)
        }
    }

    @Test func whatIsKeptIsWhatWasThere() async throws {
        let (source, target) = (bucket(), bucket())
        try await source.fill(["a": "new", "b": "new"])
        try await target.fill(["a": "old", "b": "old"])
        let late = Late(target)
        let journal = KeptRecords()
        #expect(await ranKeeping(source, late, journal).isClean)
        #expect(try await target.contents(under: trash.description) == [ObjectKey("a"): Array("late".utf8)])
        #expect(journal.record(ObjectKey("b"))?.change == .created)
        #expect(await undone(journal, at: target).isClean)
        #expect(try await target.snapshot().mapValues(\.content) == [ObjectKey("a"): Array("late".utf8)])
    }

    /// Someone writes to `a` and deletes `b` between the listing and the run's first copy of it.
    private final class Late: WrappedBackend, @unchecked Sendable {  // safe: adds no state
        override func copy(
            _ source: CopySource, to key: ObjectKey, _ options: WriteOptions
        ) async throws(StorageError) -> Entry {
            if source.entry.key == ObjectKey("a") { try await inner.put(Array("late".utf8), at: source.entry.key) }
            if source.entry.key == ObjectKey("b") { _ = try await inner.delete([Deletion(key: source.entry.key)]) }
            return try await inner.copy(source, to: key, options)
        }
    }

    @Test func whatIsNoLongerKeptIsReported() async throws {
        let (source, target) = (bucket(), bucket())
        try await source.fill(["a": "new", "b": "new"])
        try await target.fill(["a": "old", "b": "old"])
        let journal = KeptRecords()
        await ranKeeping(source, target, journal)
        _ = try await target.delete([Deletion(key: ObjectKey("a").prefixed(by: trash))])
        try await target.put(Array("odd".utf8), at: ObjectKey("b").prefixed(by: trash))
        let undo = await undone(journal, at: target) { $0.dryRun = true }
        #expect(undo.report.objects.failed == 2)
        let real = await undone(journal, at: target)
        #expect(real.report.objects.failed == 2 && real.report.failureKinds == [.notFound])
        #expect(try await target.snapshot().mapValues(\.content) == source.contents())
    }
}
