// Part of godwit. SPDX-License-Identifier: Apache-2.0

import BackendMemory
import Selection
import StorageModel
import StorageTestKit
import Testing

@testable import SyncEngine

/// Runs over given names, runs that look up instead of listing, and directories that a marker excludes.
@Suite struct NameListTests {
    private func list(_ names: [String]) throws -> NameList {
        let list = NameList(directory: "/tmp")
        for name in names { try list.append(ObjectKey(name)) }
        try list.finish()
        return list
    }

    @Test func onlyWhatIsNamedIsTouched() async throws {
        let source = Unlistable(bucket()), target = Unlistable(bucket())
        try await source.fill(["a": "1", "b/c": "2", "d": "3", "same": "4"])
        try await target.fill(["a": "old", "gone": "5", "other": "6", "same": "4"])
        let names = try list(["same", "b/c", "gone", "nowhere", "a", "b/c"])
        let run = await ran(.sync, source, target) { $0.names = names }
        #expect(run.isClean, "\(run.report)")
        let objects = run.report.objects
        #expect(objects.transferred == 2 && objects.deleted == 1 && objects.skipped == 1)
        #expect(objects.listedSource == 3 && objects.listedTarget == 3 && objects.checked == 2)
        let text = try await target.inner.contents().mapValues { String(decoding: $0, as: UTF8.self) }
        #expect(
            text == [ObjectKey("a"): "1", ObjectKey("b/c"): "2", ObjectKey("other"): "6", ObjectKey("same"): "4"])
        // Names of the list that the source lacks are told, whether the target has them or not.
        #expect(run.recorder.notices.count { $0.contains("list of names") } == 2)
    }

    @Test func namesThatTheSourceLacksAltogetherDeleteNothing() async throws {
        let source = bucket(), target = bucket()
        try await source.fill(["x": "1"])
        try await target.fill(["a": "1"])
        let names = try list(["a", "b"])
        let run = await ran(.sync, source, target) { $0.names = names }
        guard case .refused = run.report.stop else {
            Issue.record("\(run.report)")
            return
        }
        #expect(try await target.contents().count == 1)
    }

    /// A name that cannot be looked at: at the source it fails and nothing is deleted, at the target nothing goes on.
    @Test(arguments: 1..<9) func aLookThatFailsIsSafe(call: Int) async throws {
        let denied = StorageError(.permissionDenied, during: .stat, message: "denied")
        let fault = FaultyBackend.Fault(call: call, of: .stat, error: denied)
        for side in [Side.source, .target] {
            let source = bucket(), target = bucket()
            try await source.fill(["a": "1", "b": "1", "c": "1"])
            try await target.fill(["a": "2", "b": "2", "gone": "2"])
            let names = try list(["a", "b", "c", "gone"])
            let run =
                side == .source
                ? await ran(.sync, FaultyBackend(source, faults: [fault]), target) { $0.names = names }
                : await ran(.sync, source, FaultyBackend(target, faults: [fault])) { $0.names = names }
            let contents = try await target.contents()
            guard call <= 4 else {
                #expect(run.isClean && contents[ObjectKey("gone")] == nil)
                continue
            }
            #expect(contents[ObjectKey("gone")] != nil, "call \(call) of \(side)")
            if side == .source {
                #expect(run.report.objects.failed == 1 && run.report.deletionsWithheld > 0, "\(run.report)")
            } else {
                guard case .failed = run.report.stop else {
                    Issue.record("\(run.report)")
                    return
                }
            }
        }
    }

    @Test(arguments: 0..<24) func aTargetIsLookedUpInsteadOfListed(seed: UInt64) async throws {
        let orders: [[ListingOrder]] = [[.keyBytes], [.pathComponents], [.unordered]]
        let source = bucket(orders: orders[Int(seed % 3)], pageSize: Int(seed) * 40 + 1), inner = bucket()
        try await Trees.pair(seed: seed, source, inner, count: 400)
        let before = try await inner.contents()
        let run = await ran(.copy, source, Unlistable(inner)) { $0.traversesTarget = false }
        #expect(run.isClean, "seed \(seed): \(run.report)")
        let ours = try await source.contents()
        #expect(try await inner.contents() == before.merging(ours) { $1 }, "seed \(seed)")
        let again = await ran(.copy, source, Unlistable(inner)) { $0.traversesTarget = false }
        #expect(again.isClean && again.changes == 0, "seed \(seed): \(again.report.objects)")
    }

    @Test func markedDirectoriesAreLeftOut() async throws {
        let source = bucket(pageSize: 2), target = bucket(pageSize: 3)
        try await source.fill([
            "a/!": "1", "a/.no": "1", "a/b/c": "1", "b/x": "1", "b/y/.no": "1", "b/y/z/deep": "1", "c": "1",
            "d/.nothing": "1",
        ])
        try await target.fill(["a/kept": "1", "b/y/kept": "1", "e/.no": "1", "e/kept": "1", "f/gone": "1"])
        let run = await ran(.sync, source, target) { $0.exclusionMarkers = [ObjectKey(".no"), ObjectKey(".never")] }
        #expect(run.isClean, "\(run.report)")
        let keys = try await target.contents().keys.map(\.description).sorted()
        #expect(keys == ["a/kept", "b/x", "b/y/kept", "c", "d/.nothing", "e/.no", "e/kept"])
        let whole = await ran(.sync, source, target) {
            $0.exclusionMarkers = [ObjectKey(".no")]
            $0.deleting.deletesExcluded = true
        }
        #expect(whole.isClean)
        #expect(try await target.contents().keys.map(\.description).sorted() == ["b/x", "c", "d/.nothing"])
    }

    /// What lies deeper than a run looks is not excluded: it is not seen, and stays.
    @Test func whatIsDeeperIsNotDeletedWithWhatIsExcluded() async throws {
        let source = bucket(), target = bucket()
        try await source.fill(["a": "1", "d/e/f": "2"])
        try await target.fill(["a": "1", "b": "3", "d/e/g": "4"])
        var definition = SelectionDefinition(now: Timestamp(seconds: 0))
        definition.maxDepth = 2
        definition.exclude = ["b"]
        let selection = try Selection(definition)
        let run = await ran(.sync, source, target) {
            $0.selection = selection
            $0.deleting.deletesExcluded = true
        }
        #expect(run.isClean)
        #expect(try await target.contents().keys.map(\.description).sorted() == ["a", "d/e/g"])
    }

    /// Neither an object of another class nor its copy is touched.
    @Test func storageClassesConcernTheSourceAlone() async throws {
        let source = ClassedBackend(bucket()), target = bucket()
        try await source.fill(["cold": "1", "colder": "1", "warm": "1", "warm2": "1"])
        try await target.fill(["cold": "old", "gone": "1", "warm": "old"])
        var definition = SelectionDefinition(now: Timestamp(seconds: 0))
        definition.storageClasses = ["STANDARD"]
        let selection = try Selection(definition)
        let run = await ran(.sync, source, target) { $0.selection = selection }
        #expect(run.isClean, "\(run.report)")
        #expect(run.report.objects.listedSource == 2 && run.report.objects.transferred == 2)
        let text = try await target.contents().mapValues { String(decoding: $0, as: UTF8.self) }
        #expect(text == [ObjectKey("cold"): "old", ObjectKey("warm"): "1", ObjectKey("warm2"): "1"])
    }
}

/// Refuses to list.
private final class Unlistable: WrappedBackend, @unchecked Sendable {  // safe: immutable
    override func list(_ request: ListRequest) -> any Listing {
        FailingListing()
    }
}

private final class FailingListing: Listing {
    func next() async throws(StorageError) -> ListingPage? {
        throw StorageError(.permissionDenied, during: .list, message: "nothing is listed here")
    }
}

/// Lists what begins with `cold` in another storage class.
private final class ClassedBackend: WrappedBackend, @unchecked Sendable {  // safe: immutable
    override func list(_ request: ListRequest) -> any Listing { ClassedListing(inner.list(request)) }
}

private final class ClassedListing: Listing {
    private let inner: any Listing

    init(_ inner: any Listing) { self.inner = inner }

    func next() async throws(StorageError) -> ListingPage? {
        guard var page = try await inner.next() else { return nil }
        for index in page.entries.indices where page.entries[index].key.hasPrefix(ObjectKey("cold")) {
            page.entries[index].storageClass = "GLACIER"
        }
        return page
    }
}
