// Part of godwit. SPDX-License-Identifier: Apache-2.0

import BackendMemory
import StorageModel
import StorageTestKit
import Synchronization
import Testing

@testable import SyncEngine

/// When a sync deletes: before, during or after its transfers, and never before both sides are listed.
@Suite struct DeletionTimingTests {
    /// The keys written and deleted at the target, in their order.
    private final class Order: WrappedBackend, @unchecked Sendable {  // safe: immutable
        let changes = Mutex<[String]>([])

        override func write(
            _ content: PartBuffer, to key: ObjectKey, _ options: WriteOptions
        ) async throws(StorageError) -> Entry {
            changes.withLock { $0.append("write") }
            return try await inner.write(content, to: key, options)
        }

        override func delete(_ deletions: [Deletion]) async throws(StorageError) -> [DeleteOutcome] {
            changes.withLock { $0 += deletions.map { _ in "delete" } }
            return try await inner.delete(deletions)
        }
    }

    private func pair() async throws -> (MemoryBackend, Order) {
        let source = bucket(pageSize: 2), target = Order(bucket(pageSize: 2))
        for index in 0..<9 { try await source.put([1], at: ObjectKey("k\(index)")) }
        for index in 0..<9 { try await target.inner.put([1], at: ObjectKey("old\(index)")) }
        return (source, target)
    }

    @Test func beforeMeansBeforeTheFirstTransfer() async throws {
        let (source, target) = try await pair()
        let run = await ran(.sync, source, target) { $0.deleting.timing = .before }
        #expect(run.isClean)
        let changes = target.changes.withLock { $0 }
        #expect(changes == Array(repeating: "delete", count: 9) + Array(repeating: "write", count: 9))
    }

    @Test func afterMeansAfterTheLast() async throws {
        let (source, target) = try await pair()
        #expect(await ran(.sync, source, target).isClean)
        #expect(target.changes.withLock { $0.prefix(9) } == Array(repeating: "write", count: 9)[...])
    }

    /// A transfer that fails holds back what comes after, not what comes while objects are transferred.
    @Test(arguments: [DeletionOptions.Timing.before, .during, .after])
    func aTransferThatFails(timing: DeletionOptions.Timing) async throws {
        let source = bucket(), target = bucket()
        try await source.fill(["a": "1", "b": "1"])
        try await target.fill(["old": "1"])
        let denied = StorageError(.permissionDenied, during: .write, message: "denied")
        let faulty = FaultyBackend(target, faults: [FaultyBackend.Fault(call: 1, of: .write, error: denied)])
        let run = await ran(.sync, source, faulty) { $0.deleting.timing = timing }
        #expect(run.report.objects.failed == 1)
        #expect(run.report.objects.deleted == (timing == .after ? 0 : 1))
        #expect(run.report.deletionsWithheld == (timing == .after ? 1 : 0))
    }

    @Test(arguments: [DeletionOptions.Timing.before, .during, .after], 1..<8)
    func aListingThatFailsDeletesNothing(timing: DeletionOptions.Timing, page: Int) async throws {
        let lost = StorageError(.connectionLost, during: .list, message: "reset")
        for side in [Side.source, .target] {
            let inner = bucket(pageSize: 2), target = bucket(pageSize: 2)
            for index in 0..<8 { try await inner.put([1], at: ObjectKey("k\(index)")) }
            for index in 0..<8 { try await target.put([1], at: ObjectKey("old\(index)")) }
            let fault = FaultyBackend.Fault(call: page, of: .list, error: lost)
            let run =
                side == .source
                ? await ran(.sync, FaultyBackend(inner, faults: [fault]), target) { $0.deleting.timing = timing }
                : await ran(.sync, inner, FaultyBackend(target, faults: [fault])) { $0.deleting.timing = timing }
            let olds = try await target.contents().keys.filter { $0.hasPrefix(ObjectKey("old")) }.count
            #expect(olds == (page <= 5 ? 8 : 0), "page \(page) of \(side): \(run.report)")
        }
    }

    @Test(arguments: [DeletionOptions.Timing.before, .during, .after])
    func whatCannotBeListedDeletesNothing(timing: DeletionOptions.Timing) async throws {
        for severity in [ListingIssue.Severity.incomplete, .entryFailure] {
            let source = IssueBackend(bucket(), severity: severity, key: ObjectKey("bad")), target = bucket()
            try await source.fill(["a": "1"])
            try await target.fill(["b": "1", "bad": "1"])
            let run = await ran(.sync, source, target) { $0.deleting.timing = timing }
            #expect(run.report.objects.failed == 1 && run.report.deletionsWithheld == 2, "\(run.report)")
            #expect(try await target.contents().count == 3)
        }
    }

    @Test(arguments: [DeletionOptions.Timing.before, .during, .after])
    func pastALimitNothingIsDeleted(timing: DeletionOptions.Timing) async throws {
        let (source, target) = try await pair()
        let run = await ran(.sync, source, target) {
            $0.deleting.timing = timing
            $0.deleting.limit = .count(8)
        }
        guard case .refused = run.report.stop else {
            Issue.record("\(run.report)")
            return
        }
        #expect(run.report.objects.deleted == 0 && run.report.deletionsWithheld == 9)
        // What would be done before anything else ends the run when it is refused.
        #expect(run.report.objects.transferred == (timing == .before ? 0 : 9))
    }

    @Test func aFileGivesWayToADirectoryBefore() async throws {
        let target = directory(orders: [.pathComponents]), source = bucket(orders: [.pathComponents])
        try await target.fill(["a": "file"])
        try await source.fill(["a/b": "1"])
        #expect(await ran(.sync, source, target) { $0.deleting.timing = .before }.isClean)
        #expect(try await target.contents().keys.map(\.description) == ["a/b"])
    }

    /// Transfers that wait for the last comparison come out as they went in, however many there are.
    @Test(arguments: 0..<48) func checksComeFirst(seed: UInt64) async throws {
        let orders: [[ListingOrder]] = [[.keyBytes], [.pathComponents]]
        let source = bucket(orders: orders[Int(seed % 2)]), target = bucket(orders: orders[Int(seed / 2 % 2)])
        try await Trees.pair(seed: seed, source, target, count: 200)
        let run = await ran(.sync, source, target) {
            $0.checksFirst = true
            $0.deleting.timing = seed % 3 == 0 ? .before : seed % 3 == 1 ? .during : .after
        }
        #expect(run.isClean, "seed \(seed): \(run.report)")
        let expected = try await source.contents()
        #expect(try await target.contents() == expected, "seed \(seed)")
        #expect(await ran(.sync, source, target).changes == 0)
    }

    @Test func heldWorkComesBackAsItWas() async throws {
        let held = HeldWork(directory: "/tmp"), lanes = Lanes()
        var source = Entry(key: ObjectKey("p/k"), size: 9 << 20, modified: Timestamp(seconds: 7, nanoseconds: 8))
        source.storageClass = "GLACIER"
        let target = Entry(key: ObjectKey("q/k"), size: 3, written: Timestamp(seconds: 9), tag: VersionTag("t"))
        let layout = PartLayout(size: source.size, partSize: 5 << 20)
        let steps: [Work.Step] = [
            .copy(.single), .copy(.parts(layout)), .copy(.serverCopy), .copy(.serverCopyParts(layout)), .makeDirectory,
            .repairTime,
        ]
        let works = steps.enumerated().map { index, step in
            Work(
                key: ObjectKey("k"), source: source, target: index % 2 == 0 ? target : nil, targetKey: target.key,
                evidence: Evidence.allCases[index], step: step, attempt: index + 1,
                slot: index % 3 == 0 ? nil : JournalSlot(batch: -5, index: index))
        }
        #expect(held.append(works))
        #expect(try await held.release(into: lanes))
        lanes.finishTransfers()
        var back: [Work] = []
        for lane in [lanes.small, lanes.medium, lanes.large, lanes.copies] {
            while let work = await lane.next() { back.append(work) }
        }
        #expect(back.count == works.count && !held.isHolding)
        for work in works {
            let same = try #require(back.first { $0.attempt == work.attempt })
            #expect(same.key == work.key && same.source == work.source && same.target == work.target)
            #expect(same.targetKey == work.targetKey && same.evidence == work.evidence && same.slot == work.slot)
            #expect("\(same.step)" == "\(work.step)")
        }
    }
}
