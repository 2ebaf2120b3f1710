// Part of godwit. SPDX-License-Identifier: Apache-2.0

import BackendMemory
import StorageModel
import StorageTestKit
import Testing

@testable import SyncEngine

/// Every version and delete marker is copied, once, in its order.
@Suite struct HistoryTests {
    private let source = versioned(), target = versioned()

    private func copied(
        _ mode: SyncMode = .copy, _ from: (any Backend)? = nil, _ into: (any Backend)? = nil,
        sourceLocation: SourceLocation = #_sourceLocation, _ configure: (inout SyncOptions) -> Void = { _ in }
    ) async -> Ran {
        await ran(mode, from ?? source, into ?? target, sourceLocation: sourceLocation) {
            $0.copiesVersions = true
            configure(&$0)
        }
    }

    @Test(arguments: [1, 2, 3]) func everythingThatHappenedIsCopied(seed: UInt64) async throws {
        try await Histories.make(seed: seed, in: source)
        let run = await copied()
        let wanted = try await source.happenings()
        #expect(run.isClean && run.report.objects.transferred == wanted.values.reduce(0) { $0 + $1.count })
        #expect(try await target.happenings() == wanted)
        // Each says which it is, and the report says where each went.
        for (key, versions) in try await target.histories() {
            let origins = try await source.history(of: key), outcomes = run.recorder.byKey[key] ?? []
            for (origin, version) in zip(origins, versions) {
                let outcome = try #require(outcomes.first { $0.sourceVersion == origin.version })
                #expect(outcome.targetVersion == version.version)
                guard version.kind == .object else { continue }
                #expect(try await target.stat(key, version: version.version).metadata?.sourceVersion == origin.version)
            }
        }
        let before = try await target.histories()
        let counted = FaultyBackend(target)
        let again = await copied(.copy, source, counted)
        #expect(again.isClean && again.changes == 0 && again.report.objects.skipped == run.report.objects.transferred)
        #expect(counted.calls(of: .write) + counted.calls(of: .delete) <= 1)
        #expect(try await target.histories() == before)
        #expect(again.recorder.outcomes.allSatisfy { $0.targetVersion != nil })
        let check = await copied(.check)
        #expect(check.report.differences.total == 0 && check.report.objects.listedSource > 0)
    }

    @Test func whatCameLaterIsPutOnTop() async throws {
        try await Histories.make(seed: 4, in: source)
        _ = await copied()
        try await source.put([7, 7], at: ObjectKey("a"), WriteOptions())
        _ = try await source.delete([Deletion(key: ObjectKey("a"))])
        _ = try await source.delete([Deletion(key: ObjectKey("a"))])
        try await source.put([8], at: ObjectKey("new"), WriteOptions())
        #expect(await copied(.check).report.differences.onlySource == 4)
        #expect(await copied(.copy) { $0.dryRun = true }.report.objects.transferred == 4)
        let run = await copied()
        #expect(run.isClean && run.report.objects.transferred == 4)
        #expect(try await target.happenings() == source.happenings())
        _ = try await source.delete([Deletion(key: ObjectKey("a"))])
        #expect(await copied().report.objects.transferred == 1)
        #expect(try await target.happenings() == source.happenings())
    }

    /// What the source forgot by its rules stays at the target, and is not taken for something else.
    @Test func whatTheSourceForgotIsNotCopiedAgain() async throws {
        let key = ObjectKey("a")
        for content in [1, 2, 2, 3] as [UInt8] { try await source.put([content], at: key, WriteOptions()) }
        _ = await copied()
        for version in try await source.history(of: key).prefix(2) {
            _ = try await source.delete([Deletion(key: key, version: version.version)])
        }
        #expect(await copied().changes == 0)
        try await source.put([3], at: key, WriteOptions())
        try await source.put([2], at: key, WriteOptions())
        #expect(await copied().changes == 2)
        #expect(try await target.happenings()[key]?.map(\.content) == [[1], [2], [2], [3], [3], [2]])
    }

    @Test func theOtherHistoriesStay() async throws {
        // Below what is copied; and what the source has never had.
        try await target.put([0], at: ObjectKey("a"), WriteOptions())
        try await target.put([0], at: ObjectKey("other"), WriteOptions())
        try await source.put([1], at: ObjectKey("a"), WriteOptions())
        try await source.put([2], at: ObjectKey("a"), WriteOptions())
        #expect(await copied().changes == 2)
        #expect(try await target.happenings()[ObjectKey("a")]?.map(\.content) == [[0], [1], [2]])
        #expect(await copied().changes == 0)
        #expect(await copied(.check).report.differences.onlyTarget == 1)
        // A version of its own on top is nobody's to replace.
        try await target.put([9], at: ObjectKey("a"), WriteOptions())
        let hidden = await copied()
        #expect(hidden.report.objects.failed == 1 && hidden.report.failureKinds == [.alreadyExists])
        #expect(await copied(.check).report.differences.differing == 1)
        // What is new at the source goes above it.
        try await source.put([3], at: ObjectKey("a"), WriteOptions())
        #expect(await copied().changes == 1)
        #expect(try await target.happenings()[ObjectKey("a")]?.map(\.content) == [[0], [1], [2], [9], [3]])
        // Sync deletes what the source lacks as anybody deletes it: a marker above what stays.
        #expect(await copied(.sync).report.objects.deleted == 1)
        #expect(try await target.happenings()[ObjectKey("other")]?.map(\.content) == [[0], nil])
        #expect(await copied(.sync).changes == 0)
        let empty = await copied(.sync, versioned())
        #expect(empty.report.stop != nil && empty.report.objects.deleted == 0)
    }

    /// An old version that was put back at the target carries its mark, and does not make the later ones come again.
    @Test func whatWasPutBackIsAVersionOfTheTargetsOwn() async throws {
        for content in [1, 2, 3] as [UInt8] { try await source.put([content], at: ObjectKey("a"), WriteOptions()) }
        _ = await copied()
        let first = try #require(try await target.history(of: ObjectKey("a")).first)
        _ = try await target.copy(target.copySource(first), to: ObjectKey("a"), WriteOptions())
        let run = await copied()
        #expect(run.changes == 0 && run.report.failureKinds == [.alreadyExists])
        try await source.put([4], at: ObjectKey("a"), WriteOptions())
        #expect(await copied().changes == 1)
        #expect(try await target.happenings()[ObjectKey("a")]?.map(\.content) == [[1], [2], [3], [1], [4]])
    }

    /// A history that another tool copied, without a word of where from, is one all the same.
    @Test func equalContentsAreOneHistory() async throws {
        for content in [1, 2, 3] as [UInt8] { try await source.put([content], at: ObjectKey("a"), WriteOptions()) }
        for content in [1, 2] as [UInt8] { try await target.put([content], at: ObjectKey("a"), WriteOptions()) }
        #expect(await copied().changes == 1)
        #expect(try await target.happenings()[ObjectKey("a")]?.map(\.content) == [[1], [2], [3]])
    }

    @Test func storesOfAnotherOrderAndPrefixes() async throws {
        let other = versioned { $0.listingOrders = [.pathComponents] }
        try await Histories.make(seed: 5, in: source)
        #expect(await copied(.copy, source, other).isClean)
        #expect(try await other.happenings() == source.happenings())
        #expect(await copied(.copy, other, source).changes == 0)
        let run = await ran(.copy, source, target, from: "d/", to: "x/y/") { $0.copiesVersions = true }
        #expect(run.isClean && run.changes > 0)
        let below = try await source.happenings().filter {
            $0.key.hasPrefix(ObjectKey("d/")) && $0.key != ObjectKey("d/")
        }
        let found = try await target.happenings()
        #expect(found.count == below.count && found.keys.allSatisfy { $0.hasPrefix(ObjectKey("x/y/")) })
    }

    @Test func theStoreCopiesByItself() async throws {
        let store = MemoryStore(containers: ["a", "b"])
        let (from, into) = (versioned(store, "a"), versioned(store, "b"))
        try await Histories.make(seed: 6, in: from)
        let run = await copied(.copy, from, into) { $0.transferring.serverSide = .only }
        #expect(run.isClean && run.report.objects.serverCopied > 0 && run.report.bytes.transferred == 0)
        #expect(try await into.happenings() == from.happenings())
        #expect(await copied(.copy, from, into).changes == 0)
    }

    @Test func largeVersionsGoInParts() async throws {
        for fill in [1, 2] as [UInt8] {
            try await source.put(Array(repeating: fill, count: 5000), at: ObjectKey("large"), WriteOptions())
        }
        let run = await copied {
            $0.transferring.partSize = 1000
            $0.transferring.uploadCutoff = 1000
        }
        #expect(run.isClean && run.changes == 2)
        #expect(try await target.happenings() == source.happenings())
        #expect(await copied().changes == 0)
    }

    @Test func aTargetWithoutVersionsIsRefused() async throws {
        try await source.put([1], at: ObjectKey("a"), WriteOptions())
        let plain = bucket()
        for (from, into) in [(source as any Backend, plain as any Backend), (plain, target)] {
            let run = await copied(.copy, from, into)
            guard case .failed(let error) = run.report.stop else {
                Issue.record("\(run.report)")
                continue
            }
            #expect(error.kind == .unsupported && error.advice != nil)
        }
        #expect(try await plain.contents().isEmpty)
    }

    @Test func oneKeyIsCopiedToAnother() async throws {
        try await Histories.make(seed: 7, in: source)
        var options = SyncOptions(mode: .copy)
        options.copiesVersions = true
        func run(_ key: String) async -> SyncReport {
            await SyncSession(
                source: SyncLocation(backend: source), target: SyncLocation(backend: target), options: options,
                observer: nil
            ).runObject(ObjectKey(key), to: ObjectKey("to"))
        }
        #expect(await run("a").stop == nil)
        #expect(
            try await target.happenings().mapValues(\.count) == [
                ObjectKey("to"): source.history(of: ObjectKey("a")).count
            ])
        #expect(await run("a").objects.transferred == 0)
        guard case .failed(let error) = await run("none").stop else { return #expect(Bool(false)) }
        #expect(error.kind == .notFound)
    }
}
