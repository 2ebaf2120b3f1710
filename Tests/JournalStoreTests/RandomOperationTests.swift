// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Foundation
import StorageModel
import StorageTestKit
import SyncEngine
import Testing

@testable import JournalStore

/// Random calls on a journal and on a model in memory. At any moment the file holds all that was waited for, and of the
/// rest what was told first.
@Suite struct RandomOperationTests {
    @Test(arguments: Array(1...24) as [UInt64]) func theFileHoldsWhatTheModelHolds(seed: UInt64) async throws {
        var operations = try await Operations(seed: seed)
        for step in 1...250 {
            try await operations.perform()
            if step % 25 == 0 { try await operations.compare("seed \(seed), step \(step)") }
        }
        try await operations.settleAndCompare("seed \(seed), at the end")
    }

    private struct Operations {
        let journal: JournalFixture
        let store: JournalStore
        var recorder: RunRecorder
        var random: SeededRandom
        var model = JournalModel()
        var batches: [Int64: JournalModel.Batch] = [:]
        /// The model after each call since the last one that was waited for.
        var history: [JournalModel] = []
        var runs = 1

        init(seed: UInt64) async throws {
            random = SeededRandom(seed: seed)
            journal = try JournalFixture()
            store = try journal.open()
            recorder = try await store.begin(.test("run1"), holding: nil)
            model.runs["run1"] = JournalModel.Run()
            history = [model]
        }

        var id: String { recorder.description.id }

        private mutating func key() -> ObjectKey { ObjectKey("key\(random.next() % 12)") }

        private mutating func number(below limit: Int) -> Int { Int(random.next() % UInt64(limit)) }

        private mutating func told() { history.append(model) }
        private mutating func waited() { history = [model] }

        mutating func perform() async throws {
            switch number(below: 20) {
            case 0..<3: await plan()
            case 3..<8: settle()
            case 8..<10: fail()
            case 10..<12: await intend()
            case 12..<16: changeUpload()
            case 16: try await keep()
            case 17: leave()
            case 18:
                await recorder.flush()
                waited()
            default: if random.chance(30) { try await beginAnother() }
            }
        }

        private mutating func plan() async {
            let kinds = PlannedAction.Kind.allCases
            let actions = (0..<1 + number(below: 20)).map { _ in
                PlannedAction(kinds[number(below: kinds.count)], key(), replaces: random.chance(20))
            }
            let reached = random.chance(50) ? key() : nil
            let batch = await recorder.plan(actions, reached: reached)
            batches[batch] = JournalModel.Batch(actions: actions)
            if let reached { model.runs[id]?.position = reached }
            recountPending()
            waited()
        }

        private mutating func recountPending() {
            model.runs[id]?.pending = batches.sorted { $0.key < $1.key }.flatMap { _, batch in
                batch.actions.indices.filter { !batch.done.contains($0) }.map { batch.actions[$0] }
            }
        }

        private mutating func settle() {
            var slots: [JournalSlot] = []
            for (number, batch) in batches.sorted(by: { $0.key < $1.key }) where random.chance(60) {
                for index in batch.actions.indices where random.chance(40) {
                    slots.append(JournalSlot(batch: number, index: index))
                    batches[number]?.done.insert(index)
                }
            }
            recorder.settle(slots.shuffled(using: &random))
            recountPending()
            told()
        }

        private mutating func fail() {
            let key = key()
            recorder.fail(
                FailedAction(key: key, error: StorageError(.timedOut, during: .write, message: "slow"), attempts: 1))
            model.runs[id]?.failures.append(key)
            told()
        }

        private mutating func intend() async {
            let key = key()
            let upload = await recorder.intend(.test(key.description))
            model.uploads[upload] = JournalModel.Upload(key: key)
            waited()
        }

        private mutating func changeUpload() {
            guard let upload = model.uploads.keys.sorted().randomElement(using: &random) else { return }
            if model.uploads[upload]?.token == nil {
                model.uploads[upload]?.token = "token\(upload)"
                recorder.began(upload, token: "token\(upload)")
            } else if random.chance(25) {
                model.uploads[upload] = nil
                recorder.ended(upload)
            } else {
                let part = JournaledPart.test(1 + number(below: 50))
                model.uploads[upload]?.parts[part.receipt.number] = part
                recorder.wrote(part, of: upload)
            }
            told()
        }

        private mutating func keep() async throws {
            let records = (0..<1 + number(below: 5)).map { _ in
                UndoRecord(change: .replaced, key: key(), before: nil, kept: nil)
            }
            try await recorder.keep(records)
            model.runs[id]?.undo += records.map { JournalModel.Undo(key: $0.key) }
            waited()
        }

        private mutating func leave() {
            let key = key(), entry = Entry(key: key, size: Int64(number(below: 100)))
            recorder.left(entry, at: key)
            if let index = model.runs[id]?.undo.lastIndex(where: { $0.key == key }) {
                model.runs[id]?.undo[index].after = entry
            }
            told()
        }

        /// Ends the run in some way, or not at all, and begins the next one.
        private mutating func beginAnother() async throws {
            let end = [RunState.done, .failed, .interrupted, .running][number(below: 4)]
            if end != .running {
                await recorder.finish(end, exit: 0, report: nil)
                model.runs[id]?.state = end
                if end == .done { model.runs[id]?.pending = [] }
            } else {
                await recorder.flush()
            }
            runs += 1
            recorder = try await store.begin(.test("run\(runs)"), holding: nil)
            batches = [:]
            model.runs[id] = JournalModel.Run()
            waited()
        }

        mutating func settleAndCompare(_ when: String) async throws {
            await recorder.flush()
            waited()
            try await compare(when)
        }

        /// Opens a copy of the files as they are now, as a later process would find them.
        func compare(_ when: String) async throws {
            let copy = try JournalFixture()
            try FileManager.default.createDirectory(atPath: copy.state, withIntermediateDirectories: true)
            let (source, target) = (journal.database, copy.database)
            try await store.perform(during: .read) { _ in
                for suffix in ["", "-wal"] {
                    try FileManager.default.copyItem(atPath: source + suffix, toPath: target + suffix)
                }
            }
            let found = try await JournalModel(try copy.open())
            #expect(history.contains(found), "\(when): none of \(history.count) states of the model")
            #expect(copy.warnings.isEmpty && journal.warnings.isEmpty)
        }
    }
}
