// Part of godwit. SPDX-License-Identifier: Apache-2.0

import BackendMemory
import Foundation
import Selection
import StorageModel
import StorageTestKit
import Testing

@testable import SyncEngine

/// Runs that go by what earlier runs proved.
@Suite struct StateRunTests {
    private let place: StatePlace

    init() throws { place = try StatePlace() }

    /// What a run asked of the two sides beyond their listings.
    private struct Asked {
        var ran: Ran
        var reads: Int
        var stats: Int
        var writes: Int
    }

    @discardableResult
    private func run(
        _ source: any Backend, _ target: any Backend, mode: SyncMode = .sync,
        _ configure: (inout SyncOptions) -> Void = { _ in }
    ) async -> Asked {
        let (source, target) = (FaultyBackend(source), FaultyBackend(target))
        let ran = await ran(mode, source, target) { options in
            options.state = place.options()
            configure(&options)
        }
        place.clock.advance(10)
        func sum(_ operation: StorageError.Operation) -> Int {
            source.calls(of: operation) + target.calls(of: operation)
        }
        return Asked(ran: ran, reads: sum(.read), stats: sum(.stat), writes: ran.changes)
    }

    private func fill(_ backend: any Backend) async throws {
        try await backend.fill(["a": "1", "b/c": "two", "b/d": "", "foo!": "3", "foo/x": "4", "foo": "5"])
        try await backend.put(Array(repeating: 7, count: 3000), at: ObjectKey("large"))
        place.clock.advance(10)
    }

    private func inParts(_ options: inout SyncOptions) {
        options.transferring.partSize = 1000
        options.transferring.uploadCutoff = 1000
    }

    private var base: (records: [KeptRecord], isDamaged: Bool) {
        get throws { try StateFiles.read(place.path, .sample(begun: .max)) }
    }

    // MARK: What it saves

    @Test(arguments: [ListingOrder.keyBytes, .pathComponents])
    func afterAnUploadNothingIsAsked(order: ListingOrder) async throws {
        let (source, target) = (place.files(), place.objects(orders: [order]))
        try await fill(source)
        let first = await run(source, target, inParts)
        #expect(first.ran.isClean && first.writes == 7)
        let second = await run(source, target, inParts)
        #expect(second.ran.isClean && second.reads == 0 && second.stats == 0 && second.writes == 0)
        #expect(second.ran.recorder.evidence("a") == .state)
        #expect(second.ran.recorder.evidence("large") == .state)
        let without = await run(source, target) { $0.state = nil }
        #expect(without.reads > 0)
    }

    @Test func aDownloadIsKnownFromItsNextComparison() async throws {
        let (source, target) = (place.objects(), place.files())
        try await fill(source)
        #expect(await run(source, target).writes == 7)
        let second = await run(source, target)
        #expect(second.reads > 0 && second.writes == 0)
        let third = await run(source, target)
        #expect(third.reads == 0 && third.stats == 0 && third.writes == 0)
        #expect(third.ran.recorder.evidence("b/c") == .state)
    }

    @Test func whatWasComparedIsKnown() async throws {
        let (source, target) = (place.files(), place.objects())
        try await fill(source)
        try await fill(target)
        #expect(await run(source, target).reads > 0)
        let second = await run(source, target)
        #expect(second.reads == 0 && second.stats == 0)
    }

    @Test func aCheckReadsStateAndWritesNone() async throws {
        let (source, target) = (place.files(), place.objects())
        try await fill(source)
        try await fill(target)
        #expect(await run(source, target, mode: .check).reads > 0)
        #expect(!FileManager.default.fileExists(atPath: place.path))
        #expect(!FileManager.default.fileExists(atPath: place.log))
        await run(source, target)
        try await source.fill(["new": "x"])
        try await target.fill(["old": "x"])
        let before = try [place.path, place.log].map { try Data(contentsOf: URL(fileURLWithPath: $0)) }
        let check = await run(source, target, mode: .check)
        #expect(check.reads == 0 && check.ran.recorder.actions("a") == [.same])
        let dry = await run(source, target) { $0.dryRun = true }
        #expect(dry.reads == 0 && dry.ran.recorder.actions("new") == [.wouldTransfer])
        #expect(try [place.path, place.log].map { try Data(contentsOf: URL(fileURLWithPath: $0)) } == before)
    }

    @Test func otherComparisonsDoNotGoByIt() async throws {
        let (source, target) = (place.files(), place.objects())
        try await fill(source)
        await run(source, target)
        let options: [(inout ComparisonOptions) -> Void] = [
            { $0.method = .checksum }, { $0.method = .mtime }, { $0.method = .size }, { $0.update = true },
            { $0.ignoresTimes = true }, { $0.ignoresExisting = true }, { $0.ignoresSize = true },
        ]
        for change in options {
            let run = await run(source, target) { change(&$0.comparing) }
            #expect(run.ran.recorder.outcomes.allSatisfy { $0.evidence != .state })
        }
        let wider = await run(source, target) { $0.comparing.modifyWindow = .seconds(2) }
        #expect(wider.ran.recorder.evidence("a") == .digest)
    }

    @Test func whatTheListingsTellHasNoRecord() async throws {
        let (source, target) = (place.objects(), place.objects())
        try await fill(source)
        #expect(await run(source, target).writes == 7)
        let second = await run(source, target)
        #expect(second.reads == 0 && second.ran.recorder.evidence("a") == .checksum)
        #expect(try base.records.isEmpty && StateFiles.readLog(place.log, .sample(begun: .max)).records.isEmpty)
    }

    @Test func whatNobodyProvedHasNoRecord() async throws {
        let (source, target) = (place.files(), place.objects())
        try await fill(source)
        await run(source, target) { $0.transferring.verification = .none }
        #expect(try base.records.isEmpty)
        await run(source, target) { $0.immutable = true }
        #expect(await run(source, target).reads == 0)
    }

    // MARK: What is not believed

    @Test func aByteThatChangedUnderTheSameSizeAndTimeIsFound() async throws {
        let (source, target) = (place.files(), place.objects())
        try await fill(source)
        await run(source, target)
        #expect(await run(source, target).reads == 0)
        try await source.fill(["b/c": "TWO"])
        place.clock.advance(10)
        let run = await run(source, target)
        #expect(run.ran.recorder.actions("b/c") == [.transferred])
        #expect(run.reads == 2, "one for the digest, one for the copy")
        #expect(try await target.contents() == source.contents())
    }

    @Test func aTargetThatChangedIsFound() async throws {
        let (source, target) = (place.files(), place.objects())
        try await fill(source)
        await run(source, target)
        try await target.fill(["a": "?", "b/c": "longer", "extra": "x"])
        _ = try await target.delete([Deletion(key: ObjectKey("foo"))])
        place.clock.advance(10)
        let run = await run(source, target)
        #expect(run.writes == 4)
        #expect(try await target.contents() == source.contents())
    }

    @Test func aFileThatChangedJustNowIsNotRecorded() async throws {
        let (source, target) = (place.files(), place.objects())
        try await source.fill(["old": "1"])
        place.clock.advance(10)
        try await source.fill(["new": "1"])
        place.clock.advance(1)
        await run(source, target)
        let second = await run(source, target)
        #expect(second.ran.recorder.evidence("old") == .state)
        #expect(second.ran.recorder.evidence("new") == .digest)
        #expect(await run(source, target).reads == 0)
    }

    @Test func aClockThatWentBackTrustsNothing() async throws {
        let (source, target) = (place.files(), place.objects())
        try await fill(source)
        await run(source, target)
        place.clock.advance(-100)
        let back = await run(source, target)
        #expect(back.ran.isClean && back.reads > 0 && back.writes == 0)
        place.clock.advance(1000)
        await run(source, target)
        #expect(await run(source, target).reads == 0)
    }

    @Test func anOpaqueTagIsKnownWithTheTimeOfItsWritingOnly() async throws {
        let source = place.files()
        let target = OpaqueBackend(place.objects())
        try await fill(source)
        await run(source, target)
        let second = await run(source, target)
        #expect(second.stats > 0 && second.writes == 0)
        let third = await run(source, target)
        #expect(third.stats == 0 && third.reads == 0)
    }

    // MARK: What becomes of records

    @Test func recordsOfWhatIsGoneGo() async throws {
        let (source, target) = (place.files(), place.objects())
        try await fill(source)
        await run(source, target)
        #expect(try base.records.count == 6, "the listings tell of an empty object")
        _ = try await source.delete([Deletion(key: ObjectKey("b/c")), Deletion(key: ObjectKey("large"))])
        await run(source, target)
        #expect(
            try base.records.map { String(decoding: $0.key, as: UTF8.self) } == ["a", "foo", "foo!", "foo/x"])
    }

    @Test func recordsOfWhatARuleExcludesStay() async throws {
        let (source, target) = (place.files(), place.objects())
        try await fill(source)
        await run(source, target)
        var definition = SelectionDefinition(now: place.clock.now)
        definition.maxSize = 2
        let selection = try Selection(definition)
        await run(source, target, mode: .copy) { $0.selection = selection }
        #expect(await run(source, target).reads == 0)
    }

    @Test func finishedObjectsAreKnownAfterARunThatDied() async throws {
        let (source, target) = (place.files(), place.objects())
        for number in 0..<20 { try await source.fill(["\(number)": "\(number)"]) }
        place.clock.advance(10)
        let fatal = StorageError(.unauthenticated, during: .write, message: "expired")
        let dying = FaultyBackend(target, faults: [.init(call: 9, of: .write, error: fatal)])
        let died = await run(source, dying) { $0.transferring.transfers = 1 }
        #expect(died.ran.report.stop != nil)
        #expect(try base.records.isEmpty)
        let done = try await target.contents().count
        let again = await run(source, target)
        #expect(again.ran.isClean && again.writes == 20 - done)
        #expect(again.reads == 20 - done, "what is done is not read again")
        #expect(try base.records.count == 20)
        #expect(await run(source, target).reads == 0)
    }

    @Test func aDamagedStateIsToldAndMadeAnew() async throws {
        let (source, target) = (place.files(), place.objects())
        try await fill(source)
        await run(source, target)
        var bytes = try Data(contentsOf: URL(fileURLWithPath: place.path))
        bytes[bytes.count / 2] ^= 1
        try bytes.write(to: URL(fileURLWithPath: place.path))
        let second = await run(source, target)
        #expect(second.ran.isClean && second.writes == 0 && second.reads > 0)
        #expect(second.ran.recorder.notices.filter { $0.contains("damaged and ignored") }.count == 1)
        let third = await run(source, target)
        #expect(third.reads == 0 && third.ran.recorder.notices.isEmpty)
    }

    @Test func aStateBeyondItsLimitIsToldAndDropped() async throws {
        let (source, target) = (place.files(), place.objects())
        try await fill(source)
        for _ in 0..<2 {
            let run = await run(source, target) { $0.state = place.options(maxBytes: 200) }
            #expect(run.ran.isClean)
            #expect(run.ran.recorder.notices.filter { $0.contains("--state-max") }.count == 1)
            #expect(!FileManager.default.fileExists(atPath: place.path))
        }
        await run(source, target)
        #expect(await run(source, target).reads == 0)
    }

    @Test func aRunGoesOnWhereNothingCanBeKept() async throws {
        let (source, target) = (place.files(), place.objects())
        try await fill(source)
        let run = await run(source, target) { options in
            options.state = StateOptions(path: place.directory("absent/pair")) { Timestamp(seconds: 2_000_000_000) }
        }
        #expect(run.ran.isClean && run.writes == 7)
        #expect(run.ran.recorder.notices.count == 1)
    }

    @Test func anotherRunsStateIsLeftToIt() async throws {
        let (source, target) = (place.files(), place.objects())
        try await fill(source)
        let other = try NamedFile.writable(place.log)
        #expect(other.lock())
        let run = await run(source, target)
        #expect(run.ran.isClean && run.ran.recorder.notices.contains { $0.contains("another run") })
        #expect(other.size == 0)
    }

    @Test func aListingOutOfOrderBeginsAgainWithIt() async throws {
        let (source, target) = (place.files(), place.objects())
        try await fill(source)
        let lying = LyingBackend(target)
        await run(source, lying)
        await run(source, lying)
        let third = await run(source, lying)
        #expect(third.ran.isClean && third.writes == 0 && third.reads == 0)
    }
}

/// A store whose tags say nothing of the content.
private final class OpaqueBackend: WrappedBackend, @unchecked Sendable {  // safe: adds no state
    private func opaque(_ entry: Entry) -> Entry {
        var entry = entry
        entry.tag = entry.tag.map { VersionTag("opaque-" + $0.text) }
        entry.tagMayBeDigest = false
        return entry
    }

    override func list(_ request: ListRequest) -> any Listing {
        MappedListing(inner.list(request)) { [self] page in
            var page = page
            page.entries = page.entries.map(opaque)
            return page
        }
    }

    override func stat(_ key: ObjectKey, version: String?) async throws(StorageError) -> Entry {
        opaque(try await inner.stat(key, version: version))
    }

    override func write(
        _ content: PartBuffer, to key: ObjectKey, _ options: WriteOptions
    ) async throws(StorageError) -> Entry {
        var written = opaque(try await inner.write(content, to: key, options))
        written.written = nil
        return written
    }
}
