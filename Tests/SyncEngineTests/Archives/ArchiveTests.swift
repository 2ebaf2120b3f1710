// Part of godwit. SPDX-License-Identifier: Apache-2.0

import BackendMemory
import StorageModel
import StorageTestKit
import Testing

@testable import SyncEngine

/// Objects that the source's store has archived: left out with a reason, or restored, waited for and copied.
@Suite struct ArchiveTests {
    /// `listed`: whether listings tell what is archived, or only a refusal does.
    private func source(listed: Bool = false, looks: Int = 2) async throws -> MemoryBackend {
        let source = bucket { options in
            options.archiveClasses = ["GLACIER"]
            options.listsArchives = listed
            options.restoreLooks = looks
        }
        try await source.fill(["a": "one", "d": "two"])
        try await source.put(Array("cold".utf8), at: ObjectKey("b/cold"), Self.frozen)
        try await source.put(Array(repeating: 7, count: 5000), at: ObjectKey("c-large"), Self.frozen)
        return source
    }

    private static let frozen = WriteOptions(modified: Timestamp(seconds: 1000), storageClass: "GLACIER")
    private static let request = RestoreRequest(days: 3, tier: .bulk)

    private static func wait(_ options: inout SyncOptions) {
        options.archives.restore = request
        options.archives.waits = true
        options.archives.pause = .milliseconds(1)
        options.transferring.partSize = 1000
        options.transferring.uploadCutoff = 1000
    }

    private func evidence(_ run: Ran, _ action: ObjectOutcome.Action) -> [String: Evidence] {
        var found: [String: Evidence] = [:]
        for (key, outcomes) in run.recorder.byKey where outcomes.first?.action == action {
            found["\(key)"] = outcomes.first?.evidence
        }
        return found
    }

    @Test(arguments: [true, false]) func whatIsArchivedIsLeftOutWithAReason(listed: Bool) async throws {
        let source = try await source(listed: listed), target = bucket()
        try await target.fill(["gone": "x"])
        let faulty = FaultyBackend(source)
        let run = await ran(.sync, faulty, target) { $0.transferring.partSize = 1000 }
        #expect(run.isClean && run.report.objects.transferred == 2 && run.report.objects.skipped == 2)
        #expect(evidence(run, .skipped) == ["b/cold": .archived, "c-large": .archived])
        #expect(run.report.archived.objects == 2 && run.report.archived.bytes == 5004)
        #expect(run.report.restoresBegun == 0 && faulty.calls(of: .restore) == 0)
        #expect(run.recorder.notices.count { $0.contains("archived") } == 1)
        // It is no reason to keep what the source lacks, and nothing half is left.
        #expect(try await target.contents().keys.sorted() == [ObjectKey("a"), ObjectKey("d")])
        #expect(try await target.unfinished() == 0)
        // Where the listing tells, nothing is tried.
        #expect(faulty.calls(of: .read) == (listed ? 2 : 2 + 2))
    }

    @Test func aMoveKeepsIt() async throws {
        let source = try await source(), target = bucket()
        let run = await ran(.move, source, target)
        #expect(run.isClean && run.report.archived.objects == 2)
        let left = try await source.entries(under: .root).map(\.key)
        #expect(left == [ObjectKey("b/cold"), ObjectKey("c-large")])
    }

    @Test(arguments: [true, false]) func aDryRunSaysWhatIsKnown(listed: Bool) async throws {
        let source = try await source(listed: listed), target = bucket()
        let run = await ran(.copy, source, target) { options in
            options.dryRun = true
            options.archives.restore = Self.request
        }
        #expect(run.report.archived.objects == (listed ? 2 : 0))
        #expect(run.report.objects.transferred == (listed ? 2 : 4))
        #expect(try await source.stat(ObjectKey("b/cold"), version: nil).archive == .archived)
    }

    @Test func aCheckThatMustReadItCannotCompare() async throws {
        let source = try await source(), target = bucket()
        try await target.fill(["b/cold": "cold"])
        let run = await ran(.check, source, target) { options in
            options.comparing.readsContent = true
            options.comparing.method = .checksum
        }
        #expect(run.report.differences.notComparable == 1)
        #expect(evidence(run, .notComparable) == ["b/cold": .archived])
    }

    @Test func aRestoreIsAskedForOnce() async throws {
        let source = try await source(looks: 9), target = bucket()
        let faulty = FaultyBackend(source)
        for runs in 1...2 {
            let run = await ran(.copy, faulty, target) { $0.archives.restore = Self.request }
            #expect(run.isClean && run.report.restoresBegun == (runs == 1 ? 2 : 0))
            #expect(run.report.archived.objects == 2 && run.report.archived.restoring == 2)
            #expect(evidence(run, .skipped)["b/cold"] == .restoring)
        }
        #expect(faulty.calls(of: .restore) == 2)
    }

    @Test(arguments: [true, false], [0, 1, 5])
    func whatIsRestoredIsWaitedForAndCopied(listed: Bool, looks: Int) async throws {
        let source = try await source(listed: listed, looks: looks), target = bucket()
        try await target.fill(["gone": "x", "b/cold": "warm"])
        let run = await ran(.sync, source, target, Self.wait)
        #expect(run.isClean && run.report.objects.transferred == 4 && run.report.archived.objects == 0)
        #expect(try await target.contents() == source.contents())
        #expect(await ran(.sync, source, target, Self.wait).changes == 0)
    }

    @Test func onlyWhatIsBeingRestoredIsWaitedFor() async throws {
        let source = try await source(), target = bucket()
        _ = try await source.restore(try await source.stat(ObjectKey("b/cold"), version: nil), Self.request)
        let run = await ran(.copy, source, target) { options in
            options.archives.waits = true
            options.archives.pause = .milliseconds(1)
        }
        #expect(run.isClean && run.report.objects.transferred == 3)
        #expect(evidence(run, .skipped) == ["c-large": .archived])
    }

    @Test func oneObjectIsWaitedFor() async throws {
        let source = try await source(), target = bucket()
        var options = SyncOptions(mode: .copy)
        Self.wait(&options)
        let session = SyncSession(
            source: SyncLocation(backend: source), target: SyncLocation(backend: target), options: options,
            observer: nil)
        let report = await session.runObject(ObjectKey("b/cold"), to: ObjectKey("cold"))
        #expect(report.stop == nil && report.objects.transferred == 1)
        #expect(try await target.get(ObjectKey("cold"), capacity: 10) == Array("cold".utf8))
    }

    /// Thousands do not wait in memory, and most are not looked at while the first cannot be read.
    @Test func manyWaitOnDisk() async throws {
        let source = bucket(pageSize: 1000) { options in
            options.archiveClasses = ["GLACIER"]
            options.restoreLooks = 3
        }
        for number in 0..<1000 { try await source.put([1], at: ObjectKey("k\(number)"), Self.frozen) }
        let faulty = FaultyBackend(source), target = bucket(pageSize: 1000)
        let run = await ran(.copy, faulty, target, Self.wait)
        #expect(run.isClean && run.report.objects.transferred == 1000)
        #expect(try await target.contents().count == 1000)
    }

    /// Call 1, 2, 3, ... of the source fails: nothing is lost, and the run after it completes it.
    @Test(arguments: [FaultyBackend.Moment.before, .after])
    func everyCallMayFail(moment: FaultyBackend.Moment) async throws {
        let error = StorageError(
            .connectionLost, during: .list, message: "reset", disposition: .exhausted(attempts: 3))
        for call in 1..<100 {
            let source = try await source(), target = bucket()
            let faulty = FaultyBackend(source, faults: [.init(call: call, moment: moment, error: error)])
            let run = await ran(.sync, faulty, target, Self.wait)
            if run.isClean, run.report.archived.objects == 0 {
                #expect(try await target.contents() == source.contents(), "call \(call)")
            }
            let repair = await ran(.sync, source, target, Self.wait)
            #expect(repair.isClean && repair.report.archived.objects == 0, "call \(call)")
            #expect(try await target.contents() == source.contents(), "call \(call)")
            if faulty.failures == 0 { return }
        }
        Issue.record("no run passed untouched")
    }

    /// A history with a hole is none, and a plan is carried out as it was made.
    @Test func whereItMustBeThereItFails() async throws {
        let source = bucket { options in
            options.archiveClasses = ["GLACIER"]
            options.keepsVersions = true
        }
        let target = bucket { $0.keepsVersions = true }
        try await source.put([1], at: ObjectKey("k"), Self.frozen)
        try await source.put([2], at: ObjectKey("k"))
        let run = await ran(.copy, source, target) { $0.copiesVersions = true }
        #expect(run.report.objects.failed > 0 && run.report.failureKinds == [.archived])
        #expect(try await target.entries(under: .root).isEmpty)
    }
}
