// Part of godwit. SPDX-License-Identifier: Apache-2.0

import GRDB
import StorageModel
import SyncEngine
import Testing

@testable import JournalStore

@Suite struct ForgettingTests {
    private let journal: JournalFixture

    init() throws { journal = try JournalFixture() }

    private func ended(_ id: String, started: Int64 = 1_700_000_000, in store: JournalStore) async throws {
        var description = RunDescription.test(id)
        description.started = Timestamp(seconds: started)
        let recorder = try await store.begin(description, holding: nil)
        _ = await recorder.plan([PlannedAction(.copy, ObjectKey("k"), replaces: false)], reached: nil)
        recorder.fail(
            FailedAction(key: ObjectKey("k"), error: StorageError(.timedOut, during: .write, message: ""), attempts: 1))
        await recorder.finish(.failed, exit: 6, report: nil)
    }

    private func rows(_ store: JournalStore) async throws -> [Int64] {
        try await store.perform(during: .read) { db in
            try ["runs", "batches", "progress", "failures", "undo"].flatMap { table in
                try db.rows("SELECT count(*) FROM \(table)", []) { row in try row.integer() }
            }
        }
    }

    @Test func runsAreForgottenWithAllTheirRows() async throws {
        let store = try journal.open()
        for id in ["a", "b", "c"] { try await ended(id, in: store) }
        _ = try await store.begin(.test("living"), holding: nil)
        #expect(try await rows(store) == [4, 3, 3, 3, 0])
        #expect(try await store.forget(["a", "living", "nobody", "c"]) == ["a", "c"])
        #expect(try await rows(store) == [2, 1, 1, 1, 0])
        #expect(try await store.runs().map(\.description.id) == ["living", "b"])
        #expect(try await store.failures(of: "b").all().count == 1)
    }

    @Test func runsAreForgottenByTheirAge() async throws {
        let store = try journal.open()
        for (id, time) in [("old", 100), ("new", 300), ("older", 50)] as [(String, Int64)] {
            try await ended(id, started: time, in: store)
        }
        let forgotten = try await store.forget(startedBefore: Timestamp(seconds: 200))
        #expect(Set(forgotten) == ["old", "older"])
        #expect(try await store.runs().map(\.description.id) == ["new"])
    }

    @Test func aDeadRunCanBeForgotten() async throws {
        let store = try journal.open()
        _ = try await store.begin(.test("dead"), holding: nil, process: .dead)
        #expect(try await store.forget(["dead"]) == ["dead"])
    }

    @Test func theOldestRunsAreForgottenUnlessTheyCanBeUndone() async throws {
        let store = try journal.open()
        let undoable = try await store.begin(.test("undoable"), holding: nil)
        try await undoable.keep([UndoRecord(change: .created, key: ObjectKey("k"), before: nil, kept: nil)])
        await undoable.finish(.done, exit: 0, report: nil)
        for index in 0..<6 { try await ended("r\(index)", in: store) }
        _ = try await store.begin(.test("last"), holding: nil, keeping: 3)
        #expect(try await store.runs().map(\.description.id) == ["last", "r5", "r4", "r3", "undoable"])
        let number = try #require(try await store.undoRecords(of: "undoable").all().first?.number)
        try await store.markUndone([number])
        _ = try await store.begin(.test("next"), holding: nil, keeping: 3)
        #expect(try await store.runs().map(\.description.id) == ["next", "last", "r5", "r4", "r3"])
    }

    @Test func anUnfinishedUploadOutlivesItsRun() async throws {
        let store = try journal.open()
        let dead = try await store.begin(.test("dead"), holding: nil, process: .dead)
        dead.began(await dead.intend(.test("big")), token: "t")
        await dead.flush()
        #expect(try await store.forget(["dead"]) == ["dead"])
        let recorder = try await store.begin(.test("r"), holding: nil)
        #expect(await recorder.leftUploads().map(\.token) == ["t"])
    }
}
