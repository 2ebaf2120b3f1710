// Part of godwit. SPDX-License-Identifier: Apache-2.0

import BackendMemory
import Digests
import StorageModel
import StorageTestKit
import Synchronization
import Testing

@testable import SyncEngine

@Suite struct TransferTests {
    private func inParts(_ options: inout SyncOptions) {
        options.transferring.partSize = 1000
        options.transferring.uploadCutoff = 1000
    }

    private func bytes(_ count: Int) -> [UInt8] {
        var random = SeededRandom(seed: UInt64(count))
        return random.bytes(count)
    }

    /// Writes an object in parts of `partSize`.
    private func upload(_ bytes: [UInt8], to backend: any Backend, _ key: String, partSize: Int) async throws {
        let session = try await backend.beginUpload(
            to: ObjectKey(key), size: Int64(bytes.count), partSize: Int64(partSize),
            WriteOptions(modified: Timestamp(seconds: 3)))
        var receipts = [PartReceipt]()
        for (index, start) in stride(from: 0, to: bytes.count, by: partSize).enumerated() {
            let part = PartBuffer(Array(bytes[start..<min(start + partSize, bytes.count)]))
            receipts.append(try await session.upload(index + 1, at: Int64(start), part))
        }
        _ = try await session.complete(receipts, expected: nil)
    }

    @Test(arguments: [0, 1, 999, 1000, 1001, 2000, 12_345])
    func everySizeArrives(size: Int) async throws {
        let source = bucket(), target = bucket()
        let content = bytes(size)
        try await source.put(content, at: ObjectKey("a"))
        let run = await ran(.copy, source, target, { inParts(&$0) })
        #expect(run.isClean && run.report.bytes.transferred == Int64(size) && run.report.lengthOnly == 0)
        #expect(try await target.get(ObjectKey("a")) == content)
        let tag = try #require(try await target.stat(ObjectKey("a"), version: nil).tag?.lookalike)
        #expect(tag.parts == (size > 1000 ? (size + 999) / 1000 : nil))
        #expect(try await target.unfinished() == 0)
        // A tag of parts is compared with the source's content, not transferred again.
        #expect(await ran(.copy, source, target, { inParts(&$0) }).changes == 0)
    }

    @Test("A part that never comes is asked for once more", .timeLimit(.minutes(10)))
    func aLatePartIsHedged() async throws {
        let source = bucket(), target = bucket()
        let content = bytes(20_500)
        try await source.put(content, at: ObjectKey("a"))
        let stalling = StallingBackend(source, at: 15_000)
        let run = await ran(.copy, stalling, target, { inParts(&$0) })
        #expect(run.isClean && stalling.count == 2)
        #expect(try await target.get(ObjectKey("a")) == content)
    }

    @Test("What is late is known from the parts before it")
    func latenessIsLearned() {
        let times = PartTimes()
        for _ in 0..<7 { times.add(.seconds(2), for: 10) }
        #expect(times.patience(for: 10) == nil)
        times.add(.seconds(2), for: 10)
        #expect(times.patience(for: 10) == .seconds(6) && times.patience(for: 5) == .seconds(3))
        for _ in 0..<40 { times.add(.milliseconds(1), for: 10) }
        #expect(times.patience(for: 10) == .seconds(1))
    }

    @Test func aTightBudgetStillMovesEverything() async throws {
        let source = bucket(), target = bucket()
        for index in 0..<20 { try await source.put(bytes(5000 + index), at: ObjectKey("k\(index)")) }
        for index in 0..<50 { try await source.put(bytes(100), at: ObjectKey("s\(index)")) }
        let run = await ran(.copy, source, target) { options in
            inParts(&options)
            options.transferring.memoryMax = 3000
            options.transferring.transfers = 3
        }
        #expect(run.isClean && run.report.objects.transferred == 70)
        #expect(try await target.contents() == source.contents())
    }

    @Test func aMultipartSourceKeepsItsTag() async throws {
        let source = bucket(), target = bucket()
        try await upload(bytes(12_345), to: source, "a", partSize: 1000)
        let run = await ran(.copy, source, target, { inParts(&$0) })
        #expect(run.isClean && run.report.lengthOnly == 0)
        let tags = try await [source, target].asyncMap { try await $0.stat(ObjectKey("a"), version: nil).tag }
        #expect(tags[0] == tags[1])
        #expect(await ran(.copy, source, target, { inParts(&$0) }).changes == 0)
    }

    @Test func unknownPartsArriveByLengthAndAreCounted() async throws {
        let source = bucket(), target = bucket()
        try await upload(bytes(12_345), to: source, "a", partSize: 1234)
        let run = await ran(.copy, source, target, { inParts(&$0) })
        #expect(run.isClean && run.report.lengthOnly == 1 && run.report.objects.transferred == 1)
        #expect(try await target.get(ObjectKey("a")) == bytes(12_345))
        let careless = await ran(.copy, source, bucket()) { options in
            inParts(&options)
            options.transferring.verification = .none
        }
        #expect(careless.report.lengthOnly == 0)
        // A move keeps what only its length speaks for.
        let moved = await ran(.move, source, bucket(), { inParts(&$0) })
        #expect(moved.report.objects.deleted == 0)
        #expect(moved.recorder.notices.contains { $0.contains("kept at the source") })
        #expect(try await source.contents().count == 1)
    }

    @Test(arguments: [500, 5000], [1, 2, 99])
    func damageOnTheWayIsFound(size: Int, times: Int) async throws {
        let inner = bucket(), target = bucket()
        try await inner.put(bytes(size), at: ObjectKey("a"), WriteOptions(modified: Timestamp(seconds: 3)))
        try await target.put([1], at: ObjectKey("a"))
        let source = FlippingBackend(inner, times: times)
        let run = await ran(.copy, source, target) { options in
            inParts(&options)
            options.passesMax = 1
        }
        #expect(try await target.unfinished() == 0)
        if times == 1 {
            #expect(run.isClean)
            #expect(try await target.get(ObjectKey("a")) == bytes(size))
        } else if times == 99 {
            #expect(run.report.failureKinds == [.corrupted])
            #expect(try await target.get(ObjectKey("a")) == [1])
        }
    }

    @Test func damageOfAMultipartSourceIsFound() async throws {
        let inner = bucket()
        try await upload(bytes(12_345), to: inner, "a", partSize: 1000)
        // In parts of the same size, and whole: the other reading proves it.
        for cutoff in [1000, 100_000] as [Int64] {
            let target = bucket()
            let once = await ran(.copy, FlippingBackend(inner, times: 1), target) { options in
                inParts(&options)
                options.transferring.uploadCutoff = cutoff
            }
            #expect(once.isClean && once.report.lengthOnly == 0, "cutoff \(cutoff)")
            #expect(try await target.get(ObjectKey("a")) == bytes(12_345))
        }
        let always = await ran(.copy, FlippingBackend(inner, times: 999), bucket(), { inParts(&$0) })
        #expect(always.report.failureKinds == [.corrupted])
    }

    /// Three parts can be of several usual sizes: the right one does not fit damaged bytes, and is tried again with others.
    @Test func damageDoesNotRuleOutAPartSize() async throws {
        let inner = bucket(), target = bucket()
        let content = bytes(11 << 20)
        try await upload(content, to: inner, "a", partSize: 5 << 20)
        let run = await ran(.copy, FlippingBackend(inner, times: 1), target) { $0.passesMax = 5 }
        #expect(run.isClean && run.report.lengthOnly == 0)
        #expect(try await target.get(ObjectKey("a"), capacity: content.count) == content)
    }

    @Test(arguments: [500, 5000])
    func aSourceThatChangesOnceIsReadAnew(size: Int) async throws {
        let inner = bucket(), target = bucket()
        try await inner.put(bytes(size), at: ObjectKey("a"))
        let source = ChangingBackend(inner, content: bytes(size + 7), times: 1)
        let run = await ran(.copy, source, target, { inParts(&$0) })
        #expect(run.isClean)
        #expect(try await target.get(ObjectKey("a")) == bytes(size + 7))
        #expect(try await target.unfinished() == 0)
    }

    @Test func aSourceThatKeepsChangingFails() async throws {
        let inner = bucket(), target = bucket()
        try await inner.put(bytes(500), at: ObjectKey("a"))
        let run = await ran(.copy, ChangingBackend(inner, content: bytes(501), times: 999), target)
        #expect(run.report.failureKinds == [.preconditionFailed] && run.report.objects.failed == 1)
        #expect(try await target.contents().isEmpty)
    }

    @Test func oneStoreCopiesByItself() async throws {
        let store = MemoryStore(containers: ["one", "two"])
        let source = bucket(store, container: "one"), target = bucket(store, container: "two")
        try await source.fill(["a": "1", "b/c": "2"])
        try await source.put(bytes(5000), at: ObjectKey("large"), WriteOptions(modified: Timestamp(seconds: 9)))
        let counted = FaultyBackend(source)
        let run = await ran(.sync, counted, target) { $0.transferring.copyCutoff = 1000 }
        #expect(run.isClean && run.report.objects.serverCopied == 3 && counted.calls(of: .read) == 0)
        #expect(try await target.contents() == source.contents())
        #expect(try await target.stat(ObjectKey("large"), version: nil).modified == Timestamp(seconds: 9))
        #expect(await ran(.sync, source, target).changes == 0)
    }

    @Test func aMultipartObjectWithoutATimeIsCopiedOnce() async throws {
        let store = MemoryStore(containers: ["one", "two"])
        let source = bucket(store, container: "one"), target = bucket(store, container: "two")
        let session = try await source.beginUpload(to: ObjectKey("a"), size: 20, partSize: 10, WriteOptions())
        let parts = [
            try await session.upload(1, at: 0, PartBuffer(bytes(10))),
            try await session.upload(2, at: 10, PartBuffer(bytes(10))),
        ]
        _ = try await session.complete(parts, expected: nil)
        #expect(await ran(.sync, source, target).report.objects.serverCopied == 1)
        let second = await ran(.sync, source, target)
        #expect(second.isClean && second.changes == 0)
    }

    @Test func aRefusedServerCopyStreams() async throws {
        let store = MemoryStore(containers: ["one", "two"])
        let source = bucket(store, container: "one"), target = bucket(store, container: "two")
        for index in 0..<10 { try await source.put(bytes(100), at: ObjectKey("k\(index)")) }
        let denied = StorageError(.permissionDenied, during: .copy, message: "no")
        func refusing() -> FaultyBackend {
            FaultyBackend(target, faults: [.init(call: 1, of: .copy, times: 99, error: denied)])
        }
        let run = await ran(.copy, source, refusing())
        #expect(run.isClean && run.report.objects.transferred == 10)
        #expect(run.recorder.notices.count { $0.contains("stream") } == 1)
        try await target.empty()
        let only = await ran(.copy, source, refusing()) { $0.transferring.serverSide = .only }
        #expect(only.report.objects.failed == 10)
        let bounded = await ran(.copy, source, refusing()) { $0.transferring.streamMax = 350 }
        guard case .refused = bounded.report.stop else {
            Issue.record("\(bounded.report)")
            return
        }
        #expect(try await target.contents().count <= 3)
    }

    @Test func onlyServerSideRefusesWhatCannotBe() async throws {
        let source = bucket(), target = bucket()
        try await source.fill(["a": "1"])
        let run = await ran(.copy, source, target) { $0.transferring.serverSide = .only }
        #expect(run.report.failureKinds == [.unsupported])
    }

    @Test func everythingIsReadAgainWhenAskedTo() async throws {
        let source = bucket(), target = bucket()
        try await source.put(bytes(100), at: ObjectKey("small"))
        try await source.put(bytes(5000), at: ObjectKey("large"))
        let run = await ran(.copy, source, target) { options in
            inParts(&options)
            options.transferring.verification = .all
        }
        #expect(run.isClean && run.report.objects.transferred == 2)
        let damaged = await ran(.copy, source, FlippingBackend(bucket(), times: 999)) { options in
            options.transferring.verification = .all
        }
        #expect(damaged.report.failureKinds == [.corrupted])
    }

    @Test(arguments: 0..<12) func aCancelledRunLeavesNothingUnfinished(seed: UInt64) async throws {
        let source = bucket(), target = bucket()
        for index in 0..<6 { try await source.put(bytes(20_000 + index), at: ObjectKey("k\(index)")) }
        let gate = GateBackend(target, after: Int(seed) * 4)
        let options = {
            var options = SyncOptions(mode: .sync); inParts(&options); return options
        }()
        let session = SyncSession(
            source: SyncLocation(backend: source), target: SyncLocation(backend: gate), options: options, observer: nil)
        let task = Task { await session.run() }
        await gate.reached()
        task.cancel()
        gate.open()
        let report = await task.value
        guard case .interrupted = report.stop else {
            Issue.record("\(report)")
            return
        }
        #expect(report.objects.failed == 0)
        #expect(try await target.unfinished() == 0, "seed \(seed)")
        for (key, content) in try await target.contents() { #expect(try await source.get(key) == content) }
    }

    @Test func listingsAreNotPulledFarAhead() async throws {
        let source = bucket(pageSize: 10), target = bucket()
        for index in 0..<5000 { try await source.put([1], at: ObjectKey("k\(index)")) }
        let counted = FaultyBackend(source)
        let gate = GateBackend(target, after: 0)
        let session = SyncSession(
            source: SyncLocation(backend: counted), target: SyncLocation(backend: gate),
            options: SyncOptions(mode: .copy), observer: nil)
        let task = Task { await session.run() }
        await gate.reached()
        for _ in 0..<200 { try await Task.sleep(for: .milliseconds(1)) }
        // Nothing is written yet: what waits is bounded by the lane, not by the listing.
        #expect(session.progress.snapshot.listedSource < 1400)
        gate.open()
        let report = await task.value
        #expect(report.objects.transferred == 5000)
        #expect(session.progress.snapshot.objectsDone == 5000)
    }
}

extension Sequence {
    func asyncMap<T>(_ transform: (Element) async throws -> T) async rethrows -> [T] {
        var results = [T]()
        for element in self { results.append(try await transform(element)) }
        return results
    }
}

/// Flips a bit in the first `times` reads.
final class FlippingBackend: WrappedBackend, @unchecked Sendable {  // safe: the count has a lock
    private let left: Mutex<Int>

    init(_ inner: any Backend, times: Int) {
        left = Mutex(times)
        super.init(inner)
    }

    override func read(
        _ key: ObjectKey, _ options: ReadOptions, into buffer: PartBuffer
    ) async throws(StorageError) -> Entry {
        let flips = left.withLock { left in
            left -= 1
            return left >= 0
        }
        guard flips else { return try await inner.read(key, options, into: buffer) }
        let clean = PartBuffer(capacity: buffer.capacity)
        let entry = try await inner.read(key, options, into: clean)
        var bytes = clean.array
        if !bytes.isEmpty { bytes[Int.random(in: 0..<bytes.count)] ^= 1 << UInt8.random(in: 0..<8) }
        bytes.withUnsafeBytes { _ = buffer.append($0) }
        return entry
    }
}

/// Overwrites an object just before each of its first `times` reads.
final class ChangingBackend: WrappedBackend, @unchecked Sendable {  // safe: the count has a lock
    private let state: Mutex<Int>
    private let content: [UInt8]

    init(_ inner: any Backend, content: [UInt8], times: Int) {
        state = Mutex(times)
        self.content = content
        super.init(inner)
    }

    override func read(
        _ key: ObjectKey, _ options: ReadOptions, into buffer: PartBuffer
    ) async throws(StorageError) -> Entry {
        let left = state.withLock { left in
            left -= 1
            return left
        }
        if left >= 0 { try await inner.put(content + [UInt8(truncatingIfNeeded: left)].prefix(left), at: key) }
        return try await inner.read(key, options, into: buffer)
    }
}

/// Stops at a write or part until it is opened.
final class GateBackend: WrappedBackend, @unchecked Sendable {  // safe: the state has a lock
    private struct State {
        var passes: Int
        var isOpen = false
        var isReached = false
    }
    private let state: Mutex<State>

    init(_ inner: any Backend, after passes: Int) {
        state = Mutex(State(passes: passes))
        super.init(inner)
    }

    func open() { state.withLock { $0.isOpen = true } }

    func reached() async {
        while !state.withLock({ $0.isReached }) { try? await Task.sleep(for: .milliseconds(1)) }
    }

    func pass() async {
        let stops = state.withLock { state in
            state.passes -= 1
            if state.passes < 0 { state.isReached = true }
            return state.passes < 0
        }
        while stops, !state.withLock({ $0.isOpen }) { await Task.yield() }
    }

    override func write(
        _ content: PartBuffer, to key: ObjectKey, _ options: WriteOptions
    ) async throws(StorageError) -> Entry {
        await pass()
        return try await inner.write(content, to: key, options)
    }

    override func beginUpload(
        to key: ObjectKey, size: Int64, partSize: Int64, _ options: WriteOptions
    ) async throws(StorageError) -> any UploadSession {
        await pass()
        return GateSession(
            gate: self, inner: try await inner.beginUpload(to: key, size: size, partSize: partSize, options))
    }
}

private final class GateSession: UploadSession {
    let gate: GateBackend
    let inner: any UploadSession
    var token: String { inner.token }

    init(gate: GateBackend, inner: any UploadSession) {
        self.gate = gate
        self.inner = inner
    }

    func upload(_ number: Int, at offset: Int64, _ part: PartBuffer) async throws(StorageError) -> PartReceipt {
        await gate.pass()
        return try await inner.upload(number, at: offset, part)
    }

    func copy(_ number: Int, from source: CopySource, range: Range<Int64>) async throws(StorageError) -> PartReceipt {
        try await inner.copy(number, from: source, range: range)
    }

    func verified(_ parts: [PartReceipt]) async throws(StorageError) -> [PartReceipt] {
        try await inner.verified(parts)
    }

    func suspend() async { await inner.suspend() }

    func complete(_ parts: [PartReceipt], expected: Checksum?) async throws(StorageError) -> Entry {
        await gate.pass()
        return try await inner.complete(parts, expected: expected)
    }

    func abort() async throws(StorageError) {
        // An abort within the cancelled run would be refused here, as a real store's request is.
        if Task.isCancelled { throw StorageError(.cancelled, during: .upload, message: "cancelled") }
        try await inner.abort()
    }
}
