// Part of godwit. SPDX-License-Identifier: Apache-2.0

import BackendMemory
import Foundation
import StorageModel
import StorageTestKit
import Testing

@testable import SyncEngine

/// A plan is carried out as it was made, and never over what nobody saw.
@Suite struct PlanTests {
    @Test(arguments: 0..<32) func comesToWhatASyncComesTo(seed: UInt64) async throws {
        let scratch = try TemporaryDirectory()
        let source = seed % 2 == 0 ? bucket() : directory(), target = seed % 4 < 2 ? bucket() : directory()
        try await Trees.pair(seed: seed, source, target)
        let before = try await target.contents()
        let reader = try await Plans.make(.sync, source, target, in: scratch)
        #expect(reader.header == Plans.header(.sync))
        #expect(try await target.contents() == before, "a plan changed something")
        let run = await Plans.applied(reader, source, target)
        #expect(run.isClean, "seed \(seed): \(run.report)")
        let expected = try await source.contents()
        #expect(try await target.contents() == expected, "seed \(seed)")
        #expect(await ran(.sync, source, target).changes == 0)
        // What is done is not done again.
        let again = await Plans.applied(reader, source, target)
        #expect(again.isClean && again.report.objects.transferred + again.report.objects.serverCopied == 0)
    }

    @Test func storesWithoutConditionsAreRefused() async throws {
        let scratch = try TemporaryDirectory()
        let source = bucket(), target = bucket { $0.conditions = [.readIfMatch] }
        try await source.fill(["a": "1", "b": "2"])
        try await target.fill(["b": "old", "c": "3"])
        let reader = try await Plans.make(.sync, source, target, in: scratch)
        let before = try await target.contents()
        let refused = await Plans.applied(reader, source, target)
        guard case .refused(let reason) = refused.report.stop else {
            Issue.record("\(refused.report)")
            return
        }
        #expect(reason.contains("3 changes") && reason.contains("--weak-preconditions"))
        #expect(try await target.contents() == before)
        try await target.fill(["b": "theirs"])
        let weak = await Plans.applied(reader, source, target, weakly: true)
        #expect(weak.report.objects.failed == 1 && weak.report.failureKinds == [.preconditionFailed])
        let text = try await target.contents().mapValues { String(decoding: $0, as: UTF8.self) }
        // What failed holds back the deletions.
        #expect(text == [ObjectKey("a"): "1", ObjectKey("b"): "theirs", ObjectKey("c"): "3"])
    }

    @Test func aFileThatIsNoWholePlanIsRefused() async throws {
        let scratch = try TemporaryDirectory()
        let source = bucket(), target = bucket()
        for index in 0..<3000 { try await source.put([1], at: ObjectKey("key-\(index)")) }
        _ = try await Plans.make(.copy, source, target, in: scratch)
        let path = scratch.path + "/plan"
        #expect(!FileManager.default.fileExists(atPath: path + ".partial"))
        let whole = try Data(contentsOf: URL(fileURLWithPath: path))
        func message(_ data: Data) throws -> String {
            let other = scratch.path + "/other"
            try data.write(to: URL(fileURLWithPath: other))
            do throws(StorageError) {
                _ = try PlanReader(other)
                return ""
            } catch {
                #expect(error.kind == .invalidConfiguration)
                return error.message
            }
        }
        #expect(try message(whole) == "")
        for end in [0, 5, 12, 15, 16, 40, whole.count / 2, whole.count - 33, whole.count - 1] {
            #expect(try message(whole.prefix(end)) != "", "cut to \(end)")
        }
        for index in stride(from: 0, to: whole.count, by: max(1, whole.count / 40)) {
            var edited = whole
            edited[index] ^= 1
            #expect(try message(edited) != "", "byte \(index)")
        }
        var newer = whole
        newer[12] = 2
        #expect(try message(newer).contains("version 2"))
        #expect(try message(Data("nothing like it, but long enough".utf8)).contains("does not begin"))
    }

    @Test func changesComeBackAsTheyWere() async throws {
        let scratch = try TemporaryDirectory()
        let path = scratch.path + "/plan"
        let entry = Entry(
            key: ObjectKey("p/k"), size: 7, modified: Timestamp(seconds: -1, nanoseconds: 2), tag: VersionTag("t"),
            storageClass: "GLACIER")
        let changes = PlannedChange.Kind.allCases.map { kind in
            PlannedChange(
                kind, ObjectKey("k\n\(kind)"), source: kind == .delete ? nil : entry,
                target: kind == .makeDirectory ? nil : entry, evidence: .checksum)
        }
        let writer = try PlanWriter(path, Plans.header(.copy))
        for _ in 0..<2000 { for change in changes { try writer.add(change) } }
        try writer.finish()
        var reader = try PlanReader(path).changes(), back: [PlannedChange] = []
        while let some = try reader.next() { back += some }
        #expect(back == (0..<2000).flatMap { _ in changes })
    }
}
