// Part of godwit. SPDX-License-Identifier: Apache-2.0

import BackendMemory
import StorageModel
import StorageTestKit
import Testing

@testable import SyncEngine

/// Nothing is deleted unless everything speaks for it.
@Suite struct DeletionSafetyTests {
    private static let lost = StorageError(.connectionLost, during: .list, message: "reset")

    private func isRefused(_ report: SyncReport) -> Bool {
        if case .refused = report.stop { true } else { false }
    }

    @Test func anEmptySourceIsRefused() async throws {
        let source = bucket(), target = bucket()
        try await target.fill(["a": "1", "b": "2"])
        let run = await ran(.sync, source, target)
        #expect(isRefused(run.report) && run.report.deletionsWithheld == 2)
        #expect(try await target.contents().count == 2)
        let dry = await ran(.sync, source, target) { $0.dryRun = true }
        #expect(isRefused(dry.report))
        let meant = await ran(.sync, source, target) { $0.deleting.allowsEmptySource = true }
        #expect(meant.isClean && meant.report.objects.deleted == 2 && meant.report.bytes.deleted == 2)
        #expect(await ran(.sync, source, target).isClean)
    }

    @Test func aMissingSourceContainerFails() async throws {
        let source = bucket(MemoryStore()), target = bucket()
        try await target.fill(["a": "1"])
        let run = await ran(.sync, source, target)
        guard case .failed(let error) = run.report.stop else {
            Issue.record("\(run.report)")
            return
        }
        #expect(error.kind == .containerNotFound)
        #expect(try await target.contents().count == 1)
    }

    @Test(arguments: [
        (DeletionOptions.Limit.count(2), true), (.count(3), false), (.percentage(49), true), (.percentage(50), false),
        (.count(0), true),
    ])
    func pastTheLimitNothingIsDeleted(limit: DeletionOptions.Limit, refuses: Bool) async throws {
        let source = bucket(), target = bucket()
        try await source.fill(["a": "1", "b": "1", "c": "1", "n": "1"])
        try await target.fill(["a": "1", "b": "1", "c": "1", "x": "1", "y": "1", "z": "1"])
        let run = await ran(.sync, source, target) { $0.deleting.limit = limit }
        #expect(isRefused(run.report) == refuses)
        #expect(run.report.objects.deleted == (refuses ? 0 : 3))
        #expect(try await target.contents().count == (refuses ? 7 : 4))
    }

    @Test(arguments: [(0, true), (11, true), (12, false), (100, false)])
    func pastTheSizeNothingIsDeleted(bytes: Int64, refuses: Bool) async throws {
        let source = bucket(), target = bucket()
        try await source.fill(["a": "1", "n": "1"])
        try await target.fill(["a": "1", "x": "12345", "y": "1234567", "z": ""])
        for dryRun in [true, false] {
            let run = await ran(.sync, source, target) {
                $0.deleting.bytesMax = bytes
                $0.dryRun = dryRun
            }
            #expect(isRefused(run.report) == refuses)
            #expect(run.report.objects.deleted == (refuses ? 0 : 3))
            #expect(run.report.deletionsWithheld == (refuses ? 3 : 0))
        }
        #expect(try await target.contents().count == (refuses ? 5 : 2))
    }

    @Test(arguments: 1..<8)
    func aListingThatFailsDeletesNothing(page: Int) async throws {
        for side in [Side.source, .target] {
            let inner = bucket(pageSize: 2), target = bucket(pageSize: 2)
            for index in 0..<8 { try await inner.put([1], at: ObjectKey("k\(index)")) }
            for index in 0..<8 { try await target.put([1], at: ObjectKey("old\(index)")) }
            let fault = FaultyBackend.Fault(call: page, of: .list, error: Self.lost)
            let run =
                side == .source
                ? await ran(.sync, FaultyBackend(inner, faults: [fault]), target)
                : await ran(.sync, inner, FaultyBackend(target, faults: [fault]))
            let olds = try await target.contents().keys.filter { $0.hasPrefix(ObjectKey("old")) }.count
            if page <= 5 {
                guard case .failed(let error) = run.report.stop else {
                    Issue.record("page \(page) of \(side): \(run.report)")
                    continue
                }
                #expect(error.kind == .connectionLost && olds == 8)
            } else {
                #expect(run.isClean && olds == 0)
            }
        }
    }

    /// What a listing's error prevents: one that stops in silence costs all that it did not come to.
    @Test func aListingThatStopsInSilenceWouldDeleteTheRest() async throws {
        for isToldOf in [false, true] {
            let source = bucket(pageSize: 2), target = bucket()
            for name in ["a", "b", "c", "d"] {
                try await source.fill([name: "1"])
                try await target.fill([name: "1"])
            }
            let fault = FaultyBackend.Fault(call: 2, of: .list, error: Self.lost)
            let run =
                isToldOf
                ? await ran(.sync, FaultyBackend(source, faults: [fault]), target)
                : await ran(
                    .sync,
                    RelistedBackend(source) { page in
                        ListingPage(entries: page.entries.filter { $0.key < ObjectKey("c") })
                    }, target)
            #expect(run.isClean != isToldOf)
            #expect(try await target.contents().count == (isToldOf ? 4 : 2))
        }
    }

    @Test func anIncompleteListingDeletesNothing() async throws {
        for severity in [ListingIssue.Severity.incomplete, .entryFailure] {
            let source = IssueBackend(bucket(), severity: severity, key: ObjectKey("bad")), target = bucket()
            try await source.fill(["a": "1"])
            try await target.fill(["b": "1", "bad": "1"])
            let run = await ran(.sync, source, target)
            #expect(run.report.objects.failed == 1 && run.report.deletionsWithheld == 2)
            #expect(run.recorder.actions("bad") == [.failed])
            #expect(try await target.contents().count == 3)
        }
    }

    @Test func aNoticeStopsNothing() async throws {
        let source = IssueBackend(bucket(), severity: .notice, key: ObjectKey("link")), target = bucket()
        try await source.fill(["a": "1"])
        try await target.fill(["b": "1"])
        let run = await ran(.sync, source, target)
        #expect(run.isClean && run.report.objects.deleted == 1 && run.recorder.notices.count == 1)
    }

    @Test func aTransferThatFailsDeletesNothing() async throws {
        let source = bucket(), target = bucket()
        try await source.fill(["a": "1", "b": "1"])
        try await target.fill(["z": "1"])
        let denied = StorageError(.permissionDenied, during: .write, message: "no")
        let faulty = FaultyBackend(target, faults: [.init(call: 1, of: .write, times: 1, error: denied)])
        let run = await ran(.sync, source, faulty)
        #expect(run.report.objects.failed == 1 && run.report.objects.transferred == 1)
        #expect(run.report.deletionsWithheld == 1)
        #expect(try await target.contents().keys.contains(ObjectKey("z")))
        #expect(run.recorder.notices.contains { $0.contains("not deleted") })
    }

    @Test func aDeletionThatFailsIsTold() async throws {
        let source = bucket(), target = bucket()
        try await source.fill(["a": "1"])
        try await target.fill(["a": "1", "z": "1"])
        let denied = StorageError(.permissionDenied, during: .delete, message: "no")
        let run = await ran(.sync, source, FaultyBackend(target, faults: [.init(call: 1, of: .delete, error: denied)]))
        #expect(run.report.otherFailures == 1 && run.report.failureKinds == [.permissionDenied])
        #expect(run.recorder.actions("z") == [.failed] && run.report.objects.deleted == 0)
    }

    @Test func manyDeletionsAreSpilledAndBatched() async throws {
        let source = bucket(), target = bucket(pageSize: 1000) { $0.deleteBatchMax = 100 }
        try await source.fill(["keep": "1"])
        let name = String(repeating: "n", count: 100)
        for index in 0..<3000 { try await target.put([1], at: ObjectKey("\(name)/\(index)")) }
        let counting = FaultyBackend(target)
        let run = await ran(.sync, source, counting)
        #expect(run.isClean && run.report.objects.deleted == 3000)
        #expect(counting.calls(of: .delete) == 30)
        #expect(try await target.contents().count == 1)
    }

    @Test func theSpillGivesBackWhatItTook() throws {
        let spill = DeletionSpill(directory: "/tmp", memoryMax: 100_000)
        for index in 0..<20_000 { try spill.append(Entry(key: ObjectKey("key-\(index)"), size: Int64(index)), nil) }
        try spill.finish()
        for _ in 0..<2 {
            var batches = spill.batches(of: 999), items = [DeletionSpill.Item]()
            while let batch = try batches.next() {
                #expect(batch.count <= 999)
                items += batch
            }
            #expect(items.map(\.key) == (0..<20_000).map { ObjectKey("key-\($0)") })
            #expect(items.map(\.size) == (0..<20_000).map { Int64($0) })
        }
    }

    @Test(arguments: [ListingOrder.keyBytes, .pathComponents])
    func aListingOutOfOrderIsSortedInstead(order: ListingOrder) async throws {
        for side in [Side.source, .target] {
            let source = bucket(orders: [order], pageSize: 3), target = bucket(orders: [order], pageSize: 3)
            try await Trees.pair(seed: 5, source, target, count: 40)
            let expected = try await source.contents()
            let run =
                side == .source
                ? await ran(.sync, LyingBackend(source), target)
                : await ran(.sync, source, LyingBackend(target))
            #expect(run.isClean, "\(run.report)")
            #expect(try await target.contents() == expected)
            #expect(run.recorder.notices.contains { $0.contains("listing again") })
        }
    }
}

/// A store whose listing has an issue.
final class IssueBackend: RelistedBackend, @unchecked Sendable {  // safe: adds no state
    init(_ inner: any Backend, severity: ListingIssue.Severity, key: ObjectKey) {
        let issue = ListingIssue(
            severity, key: key, error: StorageError(.permissionDenied, during: .list, key: key, message: "closed"))
        super.init(inner) { page in
            ListingPage(entries: page.entries, issues: page.entries.isEmpty ? [] : [issue])
        }
    }
}

/// A store that lists in another order than it declares.
final class LyingBackend: RelistedBackend, @unchecked Sendable {  // safe: adds no state
    init(_ inner: any Backend) {
        super.init(inner) { page in ListingPage(entries: page.entries.reversed()) }
    }
}
