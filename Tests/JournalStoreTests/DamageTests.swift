// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import StorageModel
import StorageTestKit
import SyncEngine
import Testing

@testable import JournalStore

/// Files that are no journal, or no whole one: never trusted, never overwritten, never a trap.
@Suite struct DamageTests {
    private let journal: JournalFixture

    init() throws { journal = try JournalFixture() }

    /// The bytes of a journal of two runs with rows in every table.
    private func journalBytes() async throws -> [UInt8] {
        let source = try JournalFixture()
        do {
            let store = try source.open()
            for (id, process) in [("dead", ProcessIdentity.dead), ("ended", .current)] {
                let recorder = try await store.begin(.test(id), holding: nil, process: process)
                let actions = (0..<200).map { PlannedAction(.delete, ObjectKey("object-\($0)"), replaces: true) }
                for _ in 0..<3 { _ = await recorder.plan(actions, reached: actions.last?.key) }
                let upload = await recorder.intend(.test("big-" + id))
                recorder.began(upload, token: "token")
                for number in 1...20 { recorder.wrote(.test(number), of: upload) }
                let error = StorageError(.timedOut, during: .write, message: "too slow")
                for key in actions.map(\.key) { recorder.fail(FailedAction(key: key, error: error, attempts: 1)) }
                let entry = Entry(key: ObjectKey("k"), size: 1, modified: Timestamp(seconds: 1))
                try await recorder.keep(
                    actions.map { UndoRecord(change: .deleted, key: $0.key, before: entry, kept: $0.key, after: entry) }
                )
                if id == "ended" {
                    await recorder.finish(.failed, exit: 6, report: "{}")
                } else {
                    await recorder.flush()
                }
            }
            try await store.perform(during: .write) { db in _ = try db.checkpoint(.truncate) }
        }
        return [UInt8](try Data(contentsOf: URL(fileURLWithPath: source.database)))
    }

    private func write(_ bytes: [UInt8], _ fixture: JournalFixture) throws {
        try FileManager.default.createDirectory(atPath: fixture.state, withIntermediateDirectories: true)
        try Data(bytes).write(to: URL(fileURLWithPath: fixture.database))
    }

    /// Reads all that can be read, and carries a run out. Whatever it gives, it comes back.
    private func use(_ store: JournalStore) async {
        for run in (try? await store.runs()) ?? [] {
            let id = run.description.id
            _ = try? await store.contents(of: id)
            _ = try? await store.failures(of: id).all()
            _ = try? await store.pendingActions(of: id).all()
            _ = try? await store.undoRecords(of: id).all()
        }
        guard let recorder = try? await store.begin(.test("new"), holding: nil) else { return }
        for upload in await recorder.leftUploads() { _ = await recorder.unfinishedUpload(to: upload.key) }
        _ = await recorder.unfinishedUpload(to: ObjectKey("big-dead"))
        _ = await recorder.deadRuns()
        let batch = await recorder.plan([PlannedAction(.copy, ObjectKey("k"), replaces: false)], reached: nil)
        recorder.settle([JournalSlot(batch: batch, index: 0)])
        await recorder.finish(.done, exit: 0, report: nil)
        _ = try? await store.forget(["dead", "ended"])
    }

    @Test func whatIsNoDatabaseIsMovedAside() async throws {
        for bytes in [
            Array("a letter to a friend, long enough to be looked at as a database".utf8),
            [UInt8](repeating: 0, count: 8192),
        ] {
            let fixture = try JournalFixture()
            try write(bytes, fixture)
            let store = try fixture.open()
            _ = try await store.begin(.test("r"), holding: nil)
            #expect(fixture.warnings.count == 1 && fixture.warnings[0].contains("a new journal begun"))
            let aside = try #require(fixture.files.first { $0.contains("damaged") })
            #expect(aside == "journal.sqlite.damaged-20231114T221320Z")
            #expect([UInt8](try Data(contentsOf: URL(fileURLWithPath: fixture.state + "/" + aside))) == bytes)
        }
    }

    @Test func theLogOfADamagedJournalGoesWithIt() throws {
        let time = Timestamp(seconds: 1_700_000_000), files = JournalFiles(directory: journal.state)
        try write([1], journal)
        for suffix in ["-wal", "-shm"] { try Data([2]).write(to: URL(fileURLWithPath: journal.database + suffix)) }
        let aside = "journal.sqlite.damaged-20231114T221320Z"
        #expect(try files.moveAside(at: time) == journal.state + "/" + aside)
        #expect(journal.files == [aside, aside + "-shm", aside + "-wal"])
        // A second one at the same time gets a name of its own.
        try write([3], journal)
        #expect(try files.moveAside(at: time) == journal.state + "/" + aside + "-2")
        #expect(journal.files.count == 4)
    }

    @Test func anEmptyFileIsABeginning() async throws {
        try write([], journal)
        let store = try journal.open()
        _ = try await store.begin(.test("r"), holding: nil)
        #expect(journal.warnings.isEmpty)
    }

    @Test func theDatabaseOfAnotherProgramIsMovedAside() async throws {
        try FileManager.default.createDirectory(atPath: journal.state, withIntermediateDirectories: true)
        try await DatabaseQueue(path: journal.database).write { db in try db.execute(sql: "CREATE TABLE theirs (a)") }
        _ = try journal.open()
        #expect(journal.warnings.count == 1 && journal.warnings[0].contains("another program"))
        _ = try journal.open()
        #expect(journal.warnings.count == 1)
        #expect(journal.files.count { $0.contains("damaged") } == 1)
    }

    @Test func aJournalWithOtherTablesIsMovedAside() async throws {
        for change in [
            "CREATE TRIGGER t AFTER INSERT ON runs BEGIN DELETE FROM undo; END", "ALTER TABLE runs ADD COLUMN x TEXT",
            "DROP TABLE parts",
        ] {
            let fixture = try JournalFixture()
            _ = try fixture.open()
            try await DatabaseQueue(path: fixture.database).write { db in try db.execute(sql: change) }
            _ = try fixture.open()
            #expect(fixture.warnings.count == 1 && fixture.warnings[0].contains("its tables"), "\(change)")
        }
    }

    @Test func theJournalOfANewerGodwitIsLeftAlone() async throws {
        do {
            let store = try journal.open()
            _ = try await store.begin(.test("theirs"), holding: nil)
            try await store.perform(during: .write) { db in try db.execute(sql: "PRAGMA user_version = 7") }
        }
        let error = #expect(throws: StorageError.self) { try journal.open() }
        #expect(error?.kind == .unsupported)
        #expect(error?.description.contains("newer godwit (its version is 7, this one knows 1)") == true)
        #expect(journal.warnings.isEmpty && !journal.files.contains { $0.contains("damaged") })
        try await DatabaseQueue(path: journal.database).write { db in try db.execute(sql: "PRAGMA user_version = 1") }
        #expect(try await journal.open().run("theirs") != nil)
    }

    @Test func aTruncatedJournalNeverTraps() async throws {
        let bytes = try await journalBytes()
        for count in [
            1, 15, 16, 99, 100, 101, 512, 4095, 4096, 4097, 8192, 20_480, bytes.count - 4096, bytes.count - 1,
        ] {
            let fixture = try JournalFixture()
            try write(Array(bytes[..<count]), fixture)
            await use(try fixture.open())
            await use(try fixture.open())
        }
    }

    @Test(arguments: Array(1...60) as [UInt64]) func flippedBytesNeverTrap(seed: UInt64) async throws {
        var random = SeededRandom(seed: seed)
        var bytes = try await journalBytes()
        // Pages of SQLite's own structure are hit about as often as contents.
        for _ in 0..<Int.random(in: 1...40, using: &random) {
            let page = Int.random(in: 0..<bytes.count / 4096, using: &random) * 4096
            let offset =
                random.chance(50) ? Int.random(in: 0..<64, using: &random) : Int.random(in: 0..<4096, using: &random)
            bytes[page + offset] = UInt8(truncatingIfNeeded: random.next())
        }
        let fixture = try JournalFixture()
        try write(bytes, fixture)
        // Another version than ours is an error; everything else is a journal, the old one or a new one.
        for _ in 0..<2 {
            do {
                await use(try fixture.open())
            } catch {
                #expect(error.kind == .unsupported, "seed \(seed): \(error)")
            }
        }
    }

    @Test func damageThatIsMetInTheMidstOfARunIsFoundByTheNext() async throws {
        var bytes = try await journalBytes()
        // Everything behind the first pages: the tables can be found, but not read.
        for index in (16 * 4096)..<bytes.count { bytes[index] = 0xa5 }
        try write(bytes, journal)
        do {
            let store = try journal.open()
            #expect(journal.warnings.isEmpty)
            await use(store)
        }
        #expect(journal.files.contains("journal.suspect"))
        let store = try journal.open()
        #expect(journal.warnings.contains { $0.contains("a new journal begun") })
        #expect(!journal.files.contains("journal.suspect"))
        #expect(try await store.runs().isEmpty)
    }

    @Test func aSuspicionThatIsWrongGoes() async throws {
        do {
            let store = try journal.open()
            _ = try await store.begin(.test("r"), holding: nil)
            store.files.suspect()
        }
        #expect(try await journal.open().runs().count == 1)
        #expect(journal.warnings.isEmpty && !journal.files.contains("journal.suspect"))
    }
}
