// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import StorageModel
import SyncEngine
import Testing

@testable import JournalStore

@Suite struct FailingDiskTests {
    private let journal: JournalFixture

    init() throws { journal = try JournalFixture() }

    @Test func aDirectoryThatCannotBeWrittenIsAnError() throws {
        // Nobody, not even root, can make a directory there.
        let error = #expect(throws: StorageError.self) { try journal.open(in: "/proc/self/godwit") }
        #expect(error?.description.contains("/proc/self/godwit") == true)
        #expect(error?.advice?.contains("XDG_STATE_HOME") == true)
        #expect(throws: StorageError.self) { try journal.open(in: "/dev/null/godwit") }
    }

    @Test(.enabled(if: geteuid() != 0, "root may write everywhere"))
    func aReadOnlyDirectoryIsAnError() throws {
        try FileManager.default.createDirectory(
            atPath: journal.state, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o500])
        let error = #expect(throws: StorageError.self) { try journal.open() }
        #expect(error?.kind == .permissionDenied)
    }

    @Test func theFilesAreTheOwnersOnly() async throws {
        let store = try journal.open()
        _ = try await store.begin(.test("r"), holding: nil)
        func mode(_ path: String) throws -> Int? {
            try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        }
        #expect(try mode(journal.state) == 0o700)
        for suffix in ["", "-wal", "-shm"] { #expect(try mode(journal.database + suffix) == 0o600) }
    }

    /// SQLite gives the same error for a full disk and for a file of as many pages as it may have.
    private func fill(_ store: JournalStore) async throws {
        try await store.perform(during: .write) { db in
            let pages = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
            try db.execute(sql: "PRAGMA max_page_count = \(pages)")
        }
    }

    @Test func aFullDiskIsToldOnceAndTheRunGoesOn() async throws {
        let store = try journal.open()
        let recorder = try await store.begin(.test("r"), holding: nil)
        let actions = (0..<1000).map { PlannedAction(.copy, ObjectKey("object-\($0)"), replaces: false) }
        let whole = await recorder.plan(actions, reached: ObjectKey("object-999"))
        try await fill(store)
        for _ in 0..<3 {
            let batch = await recorder.plan(actions, reached: ObjectKey("z"))
            recorder.settle([JournalSlot(batch: batch, index: 0), JournalSlot(batch: whole, index: 0)])
        }
        #expect(journal.warnings.count == 1)
        #expect(journal.warnings.first?.contains("full") == true)
        #expect(await recorder.intend(.test("big")) == 0)
        #expect(await recorder.unfinishedUpload(to: ObjectKey("big")) == nil)
        #expect(await recorder.leftUploads().isEmpty)
        recorder.wrote(.test(1), of: 0)
        recorder.reached(ObjectKey("zz"))
        let error = await #expect(throws: StorageError.self) {
            try await recorder.keep([UndoRecord(change: .created, key: ObjectKey("k"), before: nil, kept: nil)])
        }
        #expect(error?.kind == .outOfSpace)
        await recorder.finish(.done, exit: 0, report: nil)
        #expect(journal.warnings.count == 1)
        // What was written before the disk was full holds.
        #expect(try await store.pendingActions(of: "r").all() == actions)
        #expect(try await store.run("r")?.position == ObjectKey("object-999"))
        #expect(try await store.run("r")?.state == .running)
    }

    @Test func whatIsKeptForAnUndoIsRefusedByAFullDisk() async throws {
        let store = try journal.open()
        let recorder = try await store.begin(.test("r"), holding: nil)
        try await fill(store)
        let records = (0..<1000).map {
            UndoRecord(change: .deleted, key: ObjectKey("object-\($0)"), before: nil, kept: nil)
        }
        let error = await #expect(throws: StorageError.self) { try await recorder.keep(records) }
        #expect(error?.kind == .outOfSpace)
        #expect(try await store.undoRecords(of: "r").all().isEmpty)
        #expect(journal.warnings.count == 1)
    }

    /// A group goes ahead of what is being waited for, also when it is what fails.
    @Test func nothingOfAFailedGroupIsWritten() async throws {
        let store = try journal.open()
        let recorder = try await store.begin(.test("r"), holding: nil)
        try await fill(store)
        let error = StorageError(.timedOut, during: .write, message: String(repeating: "m", count: 9000))
        recorder.fail(FailedAction(key: ObjectKey("a"), error: error, attempts: 1))
        recorder.fail(FailedAction(key: ObjectKey("b"), error: error, attempts: 1))
        await recorder.flush()
        #expect(journal.warnings.count == 1)
        #expect(try await store.failures(of: "r").all().isEmpty)
    }
}
