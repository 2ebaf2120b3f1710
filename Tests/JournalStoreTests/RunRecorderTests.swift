// Part of godwit. SPDX-License-Identifier: Apache-2.0

import GRDB
import StorageModel
import SyncEngine
import Synchronization
import Testing

@testable import JournalStore

@Suite struct RunRecorderTests {
    private let journal: JournalFixture

    init() throws { journal = try JournalFixture() }

    private func actions(_ range: Range<Int>, _ kind: PlannedAction.Kind = .copy) -> [PlannedAction] {
        range.map { PlannedAction(kind, ObjectKey("key\($0)"), replaces: false) }
    }

    @Test func aRunIsReadBackAsItWasDescribed() async throws {
        let store = try journal.open()
        let recorder = try await store.begin(.test("run-1"), holding: nil)
        let found = try #require(try await store.run("run-1"))
        #expect(found.description == .test("run-1"))
        #expect(found.process == .current)
        #expect(found.state == .running && found.ended == nil && found.exit == nil && found.report == nil)
        journal.advance(seconds: 60)
        await recorder.finish(.failed, exit: 6, report: "{\"failed\":1}")
        let ended = try #require(try await store.runs().first)
        #expect(ended.state == .failed && ended.exit == 6 && ended.report == "{\"failed\":1}")
        #expect(ended.ended == Timestamp(seconds: 1_700_000_060))
        _ = try await store.begin(.test("run-2", arguments: nil), holding: nil)
        #expect(try await store.runs().map(\.description.id) == ["run-2", "run-1"])
        #expect(try await store.run("run-2")?.description.arguments == nil)
        #expect(try await store.run("run-3") == nil)
        #expect(journal.warnings.isEmpty)
    }

    @Test func anIdIsGivenOnce() async throws {
        let store = try journal.open()
        _ = try await store.begin(.test("same"), holding: nil)
        let error = await #expect(throws: StorageError.self) { try await store.begin(.test("same"), holding: nil) }
        #expect(error?.kind == .alreadyExists)
    }

    @Test func whatIsNotSettledIsPending() async throws {
        let store = try journal.open()
        let recorder = try await store.begin(.test("r"), holding: nil)
        let first = await recorder.plan(actions(0..<1000), reached: ObjectKey("key999"))
        let second = await recorder.plan(actions(1000..<1003, .delete), reached: nil)
        #expect(try await store.run("r")?.position == ObjectKey("key999"))
        recorder.settle((0..<1000).filter { $0 != 17 }.map { JournalSlot(batch: first, index: $0) })
        recorder.settle([0, 2, 2, 0, 3, 7, 900, -1].map { JournalSlot(batch: second, index: $0) })
        recorder.settle([JournalSlot(batch: 12_345, index: 0)])
        await recorder.flush()
        let pending = try await store.pendingActions(of: "r").all()
        #expect(pending == actions(17..<18) + actions(1001..<1002, .delete))
        let contents = try await store.contents(of: "r")
        #expect(contents.batches == 2 && contents.pendingActions == 2 && contents.bytes > 0)
        recorder.settle([JournalSlot(batch: first, index: 17), JournalSlot(batch: second, index: 1)])
        await recorder.finish(.failed, exit: 6, report: nil)
        #expect(try await store.pendingActions(of: "r").all().isEmpty)
        #expect(try await store.contents(of: "r") == RunContents())
    }

    @Test func whatARunThatIsDoneDidNotDoIsForgotten() async throws {
        let store = try journal.open()
        let recorder = try await store.begin(.test("r"), holding: nil)
        _ = await recorder.plan(actions(0..<5), reached: nil)
        await recorder.finish(.done, exit: 0, report: nil)
        #expect(try await store.contents(of: "r") == RunContents())
    }

    @Test func failuresAreReadBackAsTheyWere() async throws {
        let store = try journal.open()
        let recorder = try await store.begin(.test("r"), holding: nil)
        for index in 0..<1203 {
            var error = StorageError(
                .permissionDenied, during: .upload, at: "s3:bucket", key: ObjectKey("p/\(index)"),
                message: "no\n\(index)",
                advice: index.isMultiple(of: 2) ? "ask" : nil, disposition: .exhausted(attempts: 4))
            if index.isMultiple(of: 3) {
                error.service = StorageError.ServiceReply(status: 403, code: "AccessDenied", requestID: "id\(index)")
            }
            recorder.fail(FailedAction(key: ObjectKey("\(index)"), error: error, attempts: 3))
        }
        await recorder.flush()
        let found = try await store.failures(of: "r").all()
        #expect(found.map(\.failure.key.description) == (0..<1203).map(String.init))
        #expect(found.allSatisfy { $0.failure.attempts == 3 && $0.time.seconds == 1_700_000_000 })
        #expect(
            found[600].failure.error.description
                == "upload p/600 at s3:bucket: no\\n600 (AccessDenied, HTTP 403, request id600) after 4 attempts; ask")
        #expect(found[601].failure.error.service == nil)
        #expect(try await store.contents(of: "r").failures == 1203)
    }

    @Test func positionsAreWrittenOnceASecondOrWithABatch() async throws {
        let store = try journal.open()
        let recorder = try await store.begin(.test("r"), holding: nil)
        recorder.listing(in: .pathComponents)
        recorder.reached(ObjectKey("a"))
        await recorder.flush()
        #expect(try await store.run("r")?.position == nil)
        journal.advance(seconds: 1)
        recorder.reached(ObjectKey("b"))
        await recorder.flush()
        #expect(try await store.run("r")?.position == ObjectKey("b"))
        #expect(try await store.run("r")?.order == .pathComponents)
        recorder.reached(ObjectKey("c"))
        await recorder.flush()
        #expect(try await store.run("r")?.position == ObjectKey("b"))
        _ = await recorder.plan(actions(0..<1), reached: ObjectKey("d"))
        #expect(try await store.run("r")?.position == ObjectKey("d"))
        recorder.reached(ObjectKey("e"))
        await recorder.finish(.interrupted, exit: 130, report: nil)
        #expect(try await store.run("r")?.position == ObjectKey("e"))
    }

    @Test func aPositionInAnotherOrderIsDropped() async throws {
        let store = try journal.open()
        let recorder = try await store.begin(.test("r"), holding: nil)
        recorder.listing(in: .keyBytes)
        _ = await recorder.plan(actions(0..<1), reached: ObjectKey("d"))
        recorder.listing(in: .unordered)
        journal.advance(seconds: 2)
        await recorder.flush()
        #expect(try await store.run("r")?.position == nil)
        #expect(try await store.run("r")?.order == .unordered)
    }

    /// Nobody asks for it: what is told is in the file by itself, soon.
    @Test func whatIsToldComesIntoTheFileByItself() async throws {
        let store = try journal.open(), reader = try journal.open()
        let recorder = try await store.begin(.test("r"), holding: nil)
        let upload = await recorder.intend(.test("big"))
        recorder.began(upload, token: "t")
        recorder.wrote(.test(1), of: upload)
        while try await reader.perform(during: .read, { try UploadRows(db: $0).upload(upload)?.parts.count }) != 1 {
            await Task.yield()
        }
        await recorder.finish(.done, exit: 0, report: nil)
    }

    /// Deletions, replacements and what an undo needs must not be done before the disk has them; the rest survives the
    /// death of the process only, which costs nothing.
    @Test func onlyWhatMustBeOnDiskIsSynced() async throws {
        let store = try journal.open()
        let recorder = try await store.begin(.test("r"), holding: nil)
        let levels = Mutex<[String]>([])
        try await store.perform(during: .read) { db in
            db.trace { event in
                let statement = "\(event)"
                if statement.contains("synchronous") || statement.hasPrefix("COMMIT") {
                    levels.withLock { $0.append(statement) }
                }
            }
        }
        func isSynced(_ body: () async throws -> Void) async throws -> Bool {
            levels.withLock { $0 = [] }
            try await body()
            let found = levels.withLock { $0 }
            let synced = ["PRAGMA synchronous = FULL", "COMMIT TRANSACTION", "PRAGMA synchronous = NORMAL"]
            #expect(found == synced || found == ["COMMIT TRANSACTION"])
            return found == synced
        }
        for (kind, replaces, wanted) in [
            (.copy, false, false), (.compare, false, false), (.copy, true, true), (.delete, true, true),
            (.delete, false, true),
        ] as [(PlannedAction.Kind, Bool, Bool)] {
            let actions = actions(0..<2) + [PlannedAction(kind, ObjectKey("k"), replaces: replaces)]
            #expect(try await isSynced { _ = await recorder.plan(actions, reached: nil) } == wanted)
        }
        let record = UndoRecord(change: .created, key: ObjectKey("k"), before: nil, kept: nil)
        #expect(try await isSynced { try await recorder.keep([record]) })
        #expect(try await isSynced { try await store.markUndone([1]) })
        #expect(try await !isSynced { _ = await recorder.intend(.test("big")) })
    }

    @Test func undoRecordsAreReadBackNewestFirst() async throws {
        let store = try journal.open()
        let recorder = try await store.begin(.test("r"), holding: nil)
        let old = Entry(
            key: ObjectKey("p/a"), size: 5, tag: VersionTag("old"), metadata: ObjectMetadata(contentType: "t"))
        let new = Entry(key: ObjectKey("p/a"), size: 6, tag: VersionTag("new"))
        try await recorder.keep([
            UndoRecord(change: .replaced, key: ObjectKey("p/a"), before: old, kept: ObjectKey("trash/a")),
            UndoRecord(change: .created, key: ObjectKey("p/b"), before: nil, kept: nil),
        ])
        try await recorder.keep([UndoRecord(change: .deleted, key: ObjectKey("p/c"), before: old, kept: nil)])
        recorder.left(new, at: ObjectKey("p/a"))
        recorder.left(nil, at: ObjectKey("p/b"))
        await recorder.flush()
        let found = try await store.undoRecords(of: "r").all()
        #expect(found.map(\.record.key.description) == ["p/c", "p/b", "p/a"])
        #expect(found.map(\.record.change) == [.deleted, .created, .replaced])
        #expect(found[2].record.before == old && found[2].record.kept == ObjectKey("trash/a"))
        #expect(found[2].record.after == new && found[1].record.after == nil && found[0].record.after == nil)
        try await store.markUndone([found[0].number, found[2].number])
        #expect(try await store.undoRecords(of: "r").all().map(\.isUndone) == [true, false, true])
        #expect(try await store.contents(of: "r").undoRecords == 1)
        try await store.markUndone(allOf: "r")
        #expect(try await store.contents(of: "r").undoRecords == 0)
    }

    @Test func whatIsLeftBelongsToTheNewestChangeOfAKey() async throws {
        let store = try journal.open()
        let recorder = try await store.begin(.test("r"), holding: nil)
        let key = ObjectKey("k"), entry = Entry(key: ObjectKey("k"), size: 1)
        try await recorder.keep([UndoRecord(change: .replaced, key: key, before: entry, kept: nil)])
        try await recorder.keep([UndoRecord(change: .replaced, key: key, before: entry, kept: nil)])
        recorder.left(entry, at: key)
        await recorder.flush()
        #expect(try await store.undoRecords(of: "r").all().map { $0.record.after != nil } == [true, false])
    }

    @Test func aCancelledTaskIsWrittenDownToo() async throws {
        let store = try journal.open()
        let recorder = try await store.begin(.test("r"), holding: nil)
        let planned = actions(0..<2)
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            return await recorder.plan(planned, reached: nil)
        }
        task.cancel()
        #expect(await task.value > 0)
        #expect(try await store.pendingActions(of: "r").all() == planned)
    }
}
