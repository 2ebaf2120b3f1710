// Part of godwit. SPDX-License-Identifier: Apache-2.0

import BackendMemory
import StorageModel
import StorageTestKit
import Testing

@testable import SyncEngine

/// What only has another name is copied by the target's store itself, and looked for in other places.
@Suite struct RenamesTests {
    @Test func renamedObjectsAreNotSent() async throws {
        let source = directory(), target = FaultyBackend(bucket())
        try await source.fill([
            "new/a": "content a", "b2": "content b", "c": "content c", "fresh": "contents!", "e": "",
        ])
        try await target.fill([
            "old/a": "content a", "b1": "content b", "c": "content c", "gone": "contents?", "e1": "",
        ])
        let writes = target.calls(of: .write)
        let run = await ran(.sync, source, target) { $0.deleting.tracksRenames = true }
        #expect(run.isClean, "\(run.report)")
        #expect(run.report.objects.serverCopied == 2 && run.report.objects.transferred == 2)
        #expect(run.report.objects.deleted == 4 && target.calls(of: .write) - writes == 2)
        let expected = try await source.contents()
        #expect(try await target.contents() == expected)
        #expect(await ran(.sync, source, target).changes == 0)
    }

    @Test(arguments: 0..<32) func everythingEndsAsWithout(seed: UInt64) async throws {
        let source = seed % 2 == 0 ? directory() : bucket(MemoryStore(containers: ["s"]), container: "s")
        let target = bucket()
        try await Trees.pair(seed: seed, source, target, count: 120, sizeMax: 2)
        let run = await ran(.sync, source, target) { $0.deleting.tracksRenames = true }
        #expect(run.isClean, "seed \(seed): \(run.report)")
        let expected = try await source.contents()
        #expect(try await target.contents() == expected, "seed \(seed)")
    }

    /// A copy that the store refuses is a transfer.
    @Test func whatTheStoreDoesNotCopyIsSent() async throws {
        let denied = StorageError(.permissionDenied, during: .copy, message: "denied")
        let source = directory(), inner = bucket()
        try await source.fill(["new": "content"])
        try await inner.fill(["old": "content"])
        let target = FaultyBackend(inner, faults: [FaultyBackend.Fault(call: 1, of: .copy, times: 9, error: denied)])
        let run = await ran(.sync, source, target) { $0.deleting.tracksRenames = true }
        #expect(run.isClean && run.report.objects.transferred == 1 && run.report.objects.deleted == 1)
    }

    @Test(arguments: [false, true]) func otherPlacesAreLookedIn(copies: Bool) async throws {
        let source = directory(), target = bucket()
        try await source.fill(["p/a": "1", "p/b": "new", "p/c": "3", "p/d": "4"])
        try await target.fill(["x/a": "1", "x/b": "old", "y/c": "3", "t/d": "4"])
        let places = ["x/", "y/", "none/"].map { SyncLocation(backend: target, prefix: ObjectKey($0)) }
        let run = await ran(.copy, source, target, from: "p/", to: "t/") {
            $0.elsewhere = ElsewhereOptions(places: places, dropping: ObjectKey("t/"), copies: copies)
        }
        #expect(run.isClean, "\(run.report)")
        let objects = run.report.objects
        #expect(objects.transferred == 1 && objects.serverCopied == (copies ? 2 : 0))
        #expect(objects.skipped == (copies ? 1 : 3))
        let keys = try await target.contents(under: "t/").keys.map(\.description).sorted()
        #expect(keys == (copies ? ["a", "b", "c", "d"] : ["b", "d"]))
        let dry = await ran(.copy, source, target, from: "p/", to: "u/") {
            $0.elsewhere = ElsewhereOptions(places: places, dropping: ObjectKey("u/"), copies: copies)
            $0.dryRun = true
        }
        #expect(dry.report.objects.transferred == 2 && dry.report.objects.serverCopied == (copies ? 2 : 0))
        let overlapping = await ran(.copy, source, target, from: "p/", to: "x/a/") {
            $0.elsewhere = ElsewhereOptions(places: places, dropping: ObjectKey("u/"), copies: copies)
        }
        guard case .refused = overlapping.report.stop else {
            Issue.record("\(overlapping.report)")
            return
        }
    }

    /// Only what is agreed to is changed.
    @Test func whoIsAskedDecides() async throws {
        let source = bucket(), target = bucket()
        try await source.fill(["a": "1", "b": "2", "c": "3"])
        try await target.fill(["c": "old", "x": "4", "y": "5"])
        let run = await ran(.sync, source, target) { $0.approver = Answers(["a": .yes, "x": .yes]) }
        #expect(run.report.objects.transferred == 1 && run.report.objects.skipped == 2)
        #expect(run.report.objects.deleted == 1 && run.report.deletionsWithheld == 1)
        let text = try await target.contents().mapValues { String(decoding: $0, as: UTF8.self) }
        #expect(text == [ObjectKey("a"): "1", ObjectKey("c"): "old", ObjectKey("y"): "5"])
        let quit = await ran(.sync, source, target) { $0.approver = Answers(["b": .quit]) }
        guard case .interrupted = quit.report.stop else {
            Issue.record("\(quit.report)")
            return
        }
        #expect(try await target.contents().count == 3)
    }

    private struct Answers: Approver {
        var answers: [String: Approval]

        init(_ answers: [String: Approval]) { self.answers = answers }

        func answer(to proposal: ProposedChange) async -> Approval {
            answers[proposal.key.description] ?? .no
        }
    }
}
