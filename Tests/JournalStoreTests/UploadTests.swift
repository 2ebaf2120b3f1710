// Part of godwit. SPDX-License-Identifier: Apache-2.0

import GRDB
import StorageModel
import SyncEngine
import Testing

@testable import JournalStore

/// Uploads that one run leaves and another one finds.
@Suite struct UploadTests {
    private let journal: JournalFixture

    init() throws { journal = try JournalFixture() }

    /// Begins a run whose process has ended since.
    private func deadRun(
        _ id: String, source: String = "file:/src", target: String = "s3:bucket/", in store: JournalStore
    ) async throws -> RunRecorder {
        try await store.begin(.test(id, source: source, target: target), holding: nil, process: .dead)
    }

    @Test func aLaterRunTakesUpWhatADeadOneLeft() async throws {
        let key = ObjectKey("big")
        do {
            let store = try journal.open()
            let dead = try await deadRun("dead-1", in: store)
            #expect(await dead.unfinishedUpload(to: key) == nil)
            let upload = await dead.intend(.test("big"))
            #expect(upload > 0)
            dead.began(upload, token: "token")
            for number in [3, 1, 2, 1] { dead.wrote(.test(number), of: upload) }
            await dead.flush()
        }
        let store = try journal.open()
        let recorder = try await store.begin(.test("r"), holding: nil)
        #expect(await recorder.leftUploads().map(\.key) == [key])
        // Its files are needed as long as the upload may be taken up.
        #expect(await recorder.deadRuns() == [])
        let left = try #require(await recorder.unfinishedUpload(to: key))
        #expect(left.token == "token" && left.partSize == 8 << 20 && left.begun.seconds == 1_700_000_000)
        #expect(left.source == JournaledUpload.test("big").source)
        #expect(left.parts == [1, 2, 3].map(JournaledPart.test))
        // It is this run's from now on, and not among what nobody goes on with.
        #expect(await recorder.leftUploads().allSatisfy(\.isOwn))
        recorder.ended(left.number)
        #expect(await recorder.unfinishedUpload(to: key) == nil)
        #expect(await recorder.deadRuns() == ["dead1"])
        await recorder.finish(.done, exit: 0, report: nil)
        let last = try await store.begin(.test("last"), holding: nil)
        #expect(await last.leftUploads().isEmpty)
        #expect(await last.deadRuns() == [])
        #expect(try await store.run("dead-1")?.state == .interrupted)
    }

    @Test func anAttemptTakesUpWhatAnEarlierOneOfItsRunLeft() async throws {
        let store = try journal.open()
        let recorder = try await store.begin(.test("r"), holding: nil)
        let upload = await recorder.intend(.test("big"))
        #expect(await recorder.unfinishedUpload(to: ObjectKey("big")) == nil)
        recorder.began(upload, token: "t")
        recorder.wrote(.test(1), of: upload)
        #expect(await recorder.unfinishedUpload(to: ObjectKey("big"))?.parts == [.test(1)])
        #expect(await recorder.leftUploads().map(\.isOwn) == [true])
    }

    @Test func otherPairsAndLivingRunsKeepTheirUploads() async throws {
        let store = try journal.open()
        for (id, source, target) in [("a", "file:/other", "s3:bucket/"), ("b", "file:/src", "s3:other/")] {
            let dead = try await deadRun(id, source: source, target: target, in: store)
            dead.began(await dead.intend(.test("big")), token: id)
            await dead.flush()
        }
        let living = try await store.begin(.test("living"), holding: nil)
        living.began(await living.intend(.test("big")), token: "living")
        await living.flush()
        let recorder = try await store.begin(.test("r"), holding: nil)
        #expect(await recorder.leftUploads().isEmpty)
        #expect(await recorder.unfinishedUpload(to: ObjectKey("big")) == nil)
        #expect(await recorder.deadRuns() == [])
        await living.finish(.interrupted, exit: 130, report: nil)
        #expect(await recorder.leftUploads().map(\.token) == ["living"])
    }

    @Test func oneOfTwoRunsTakesAnUpload() async throws {
        let store = try journal.open()
        let dead = try await deadRun("dead", in: store)
        dead.began(await dead.intend(.test("big")), token: "t")
        await dead.flush()
        let first = try await store.begin(.test("first"), holding: nil)
        let second = try await store.begin(.test("second"), holding: nil)
        #expect(await first.unfinishedUpload(to: ObjectKey("big")) != nil)
        #expect(await second.unfinishedUpload(to: ObjectKey("big")) == nil)
        #expect(await first.unfinishedUpload(to: ObjectKey("big")) != nil)
    }

    @Test func intentsThatGotNoNameAreLeftToo() async throws {
        let store = try journal.open()
        let dead = try await deadRun("dead", in: store)
        _ = await dead.intend(.test("big"))
        let recorder = try await store.begin(.test("r"), holding: nil)
        let left = await recorder.leftUploads()
        #expect(left.map(\.token) == [nil] && left.map(\.key.description) == ["big"])
        #expect(await recorder.unfinishedUpload(to: ObjectKey("big")) == nil)
        #expect(await recorder.deadRuns() == ["dead"])
    }

    @Test(arguments: [RunState.failed, .interrupted, .done])
    func aRunThatDidNotDoAllMayHaveLeftFiles(end: RunState) async throws {
        let store = try journal.open()
        try await store.begin(.test("first"), holding: nil).finish(end, exit: nil, report: nil)
        let second = try await store.begin(.test("second"), holding: nil)
        #expect(await second.deadRuns() == (end == .done ? [] : ["first"]))
        await second.finish(.done, exit: 0, report: nil)
        let third = try await store.begin(.test("third"), holding: nil)
        #expect(await third.deadRuns() == [])
    }

    @Test func partsOfAnUploadThatEndedAreNotKept() async throws {
        let store = try journal.open()
        let recorder = try await store.begin(.test("r"), holding: nil)
        let upload = await recorder.intend(.test("big"))
        recorder.began(upload, token: "t")
        recorder.ended(upload)
        recorder.wrote(.test(1), of: upload)
        await recorder.flush()
        let count = try await store.perform(during: .read) { db in
            try db.rows("SELECT count(*) FROM parts", []) { row in try row.integer() }
        }
        #expect(count == [0])
    }

    @Test func aNameThatALivingRunHasIsNotADeadOnes() async throws {
        let store = try journal.open()
        _ = try await deadRun("run-1", in: store)
        let recorder = try await store.begin(.test("run1"), holding: nil)
        #expect(await recorder.deadRuns() == [])
    }

    @Test func theLockProvesThatOthersHaveEnded() async throws {
        let store = try journal.open()
        let living = try await store.begin(.test("living"), holding: nil)
        living.began(await living.intend(.test("big")), token: "t")
        await living.flush()
        let elsewhere = RunDescription.test("elsewhere", target: "s3:elsewhere/")
        _ = try await store.begin(elsewhere, holding: nil)
        let description = RunDescription.test("r")
        let lock = try TargetLock.take(in: journal.state, for: description)
        let recorder = try await store.begin(description, holding: lock)
        #expect(try await store.run("living")?.state == .interrupted)
        #expect(try await store.run("elsewhere")?.state == .running)
        #expect(await recorder.leftUploads().map(\.token) == ["t"])
    }
}
