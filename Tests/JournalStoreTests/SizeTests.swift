// Part of godwit. SPDX-License-Identifier: Apache-2.0

import GRDB
import StorageModel
import SyncEngine
import Testing

@testable import JournalStore

/// The file follows what is in flight, not what was done.
@Suite struct SizeTests {
    private let journal: JournalFixture

    init() throws { journal = try JournalFixture() }

    private func settleBatches(_ count: Int, _ recorder: RunRecorder) async {
        for batch in 0..<count {
            let actions = (0..<1000).map { index in
                PlannedAction(
                    .copy, ObjectKey("some/directory/of/usual/depth/object-\(batch)-\(index)"), replaces: false)
            }
            let number = await recorder.plan(actions, reached: actions.last?.key)
            recorder.settle((0..<1000).map { JournalSlot(batch: number, index: $0) })
        }
        await recorder.flush()
    }

    @Test func theFileDoesNotGrowWithWhatIsDone() async throws {
        let store = try journal.open()
        let recorder = try await store.begin(.test("r"), holding: nil)
        await settleBatches(10, recorder)
        let few = store.size
        await settleBatches(90, recorder)
        #expect(store.size <= few + (4 << 20), "\(few) bytes after 10 batches, \(store.size) after 100")
        await recorder.finish(.done, exit: 0, report: nil)
        #expect(try await store.contents(of: "r") == RunContents())
        #expect(journal.warnings.isEmpty)
    }

    @Test func whatIsForgottenGivesItsSpaceBack() async throws {
        let store = try journal.open()
        let recorder = try await store.begin(.test("r"), holding: nil)
        let actions = (0..<1000).map {
            PlannedAction(.delete, ObjectKey("some/directory/of/usual/depth/object-\($0)"), replaces: true)
        }
        for _ in 0..<300 { _ = await recorder.plan(actions, reached: nil) }
        await recorder.finish(.interrupted, exit: 130, report: nil)
        try await store.perform(during: .write) { db in _ = try db.checkpoint(.truncate) }
        let full = store.size
        #expect(full > 4 << 20)
        #expect(try await store.forget(["r"]) == ["r"])
        try await store.perform(during: .write) { db in _ = try db.checkpoint(.truncate) }
        #expect(store.size < full / 2, "\(full) bytes before, \(store.size) after")
    }
}
