// Part of godwit. SPDX-License-Identifier: Apache-2.0

import BackendMemory
import StorageModel
import StorageTestKit
import Synchronization
import Testing

@testable import SyncEngine

/// Trees change on both sides between runs, some runs are stopped half way: the target is always the source in the end,
/// as it is without state.
@Suite struct StateRandomTests {
    enum Sides: CaseIterable { case upload, download, buckets, files }

    @Test(arguments: Sides.allCases, UInt64(1)...40)
    func theTargetIsTheSource(sides: Sides, seed: UInt64) async throws {
        let place = try StatePlace()
        var random = SeededRandom(seed: seed)
        let orders: [ListingOrder] = random.chance(50) ? [.keyBytes] : [.pathComponents]
        let source: MemoryBackend, target: MemoryBackend
        switch sides {
        case .upload: (source, target) = (place.files(), place.objects(orders: orders))
        case .download: (source, target) = (place.objects(orders: orders), place.files())
        case .buckets: (source, target) = (place.objects(orders: orders), place.objects())
        case .files: (source, target) = (place.files(), place.files())
        }
        let keys = Trees.keys(40, &random)
        // Where nothing but a modification time tells two contents apart, it must.
        let inParts = seed.isMultiple(of: 2), mayTouch = !inParts && sides != .files
        var isStopped = false
        for step in 1...14 {
            try await change(source, keys, mayTouch: mayTouch, &random)
            if random.chance(50) { try await change(target, keys, mayTouch: mayTouch, &random) }
            place.clock.advance(Int64.random(in: 0...4, using: &random))
            let stop = random.chance(35) && step < 14 ? Int.random(in: 1...60, using: &random) : nil
            let options = options(random.chance(15) && step < 14 ? nil : place.options(), inParts, &random)
            let report = await run(source, target, options, stoppingAt: stop)
            isStopped = report.stop != nil
            place.clock.advance(Int64.random(in: 0...4, using: &random))
            if isStopped { continue }
            #expect(report.objects.failed == 0 && report.otherFailures == 0, "seed \(seed), step \(step): \(report)")
            #expect(try await target.contents() == source.contents(), "seed \(seed), step \(step)")
        }
        #expect(!isStopped)
        place.clock.advance(10)
        _ = await run(source, target, options(place.options(), inParts, &random), stoppingAt: nil)
        let asked = FaultyBackend(source), written = FaultyBackend(target)
        let last = await run(asked, written, options(place.options(), inParts, &random), stoppingAt: nil)
        #expect(last.objects.transferred == 0 && last.objects.serverCopied == 0, "seed \(seed)")
        #expect(asked.calls(of: .read) + written.calls(of: .read) == 0, "seed \(seed)")
        #expect(asked.calls(of: .stat) + written.calls(of: .stat) == 0, "seed \(seed)")
        #expect(try await target.contents() == source.contents(), "seed \(seed)")
    }

    private func options(_ state: StateOptions?, _ inParts: Bool, _ random: inout SeededRandom) -> SyncOptions {
        var options = SyncOptions(mode: .sync)
        options.state = state
        options.deleting.allowsEmptySource = true
        if inParts {
            options.transferring.partSize = 16
            options.transferring.uploadCutoff = 16
        }
        if random.chance(30) { options.transferring.transfers = 1 }
        return options
    }

    /// Objects are written, some with the size and the time that they had, and some deleted.
    private func change(
        _ backend: MemoryBackend, _ keys: [ObjectKey], mayTouch: Bool, _ random: inout SeededRandom
    ) async throws {
        for _ in 0..<Int.random(in: 0...12, using: &random) {
            let key = keys[Int.random(in: keys.indices, using: &random)]
            let present = try? await backend.stat(key, version: nil)
            if random.chance(25) {
                _ = try await backend.delete([Deletion(key: key)])
                continue
            }
            let size = random.chance(60) ? Int(present?.size ?? 8) : Int.random(in: 0...40, using: &random)
            let isSameTime = mayTouch && random.chance(60)
            let time = isSameTime ? present?.modified : nil
            let modified = time ?? Timestamp(seconds: Int64.random(in: 0...1_000_000_000, using: &random))
            try await backend.put(random.bytes(size), at: key, WriteOptions(modified: modified))
        }
    }

    /// Runs a session, which is cancelled at the call of that number.
    private func run(
        _ source: any Backend, _ target: any Backend, _ options: SyncOptions, stoppingAt call: Int?
    ) async -> SyncReport {
        let stop = Stop(call)
        let session = SyncSession(
            source: SyncLocation(backend: StoppingBackend(source, stop)),
            target: SyncLocation(backend: StoppingBackend(target, stop)), options: options, observer: nil)
        let task = Task { await session.run() }
        stop.begin(task)
        return await task.value
    }
}

/// Cancels a run at a call of its number.
private final class Stop: Sendable {
    private struct State {
        var left: Int?
        var task: Task<SyncReport, Never>?
    }

    private let state: Mutex<State>

    init(_ call: Int?) { state = Mutex(State(left: call)) }

    func begin(_ task: Task<SyncReport, Never>) {
        let isDue = state.withLock { state in
            state.task = task
            return state.left == 0
        }
        if isDue { task.cancel() }
    }

    func count() {
        let due = state.withLock { state -> Task<SyncReport, Never>? in
            guard let left = state.left, left > 0 else { return nil }
            state.left = left - 1
            return left == 1 ? state.task : nil
        }
        due?.cancel()
    }
}

private final class StoppingBackend: RelistedBackend, @unchecked Sendable {  // safe: immutable
    private let stop: Stop

    init(_ inner: any Backend, _ stop: Stop) {
        self.stop = stop
        super.init(inner) { page in
            stop.count()
            return page
        }
    }

    override func read(
        _ key: ObjectKey, _ options: ReadOptions, into buffer: PartBuffer
    ) async throws(StorageError) -> Entry {
        stop.count()
        return try await inner.read(key, options, into: buffer)
    }

    override func write(
        _ content: PartBuffer, to key: ObjectKey, _ options: WriteOptions
    ) async throws(StorageError) -> Entry {
        let entry = try await inner.write(content, to: key, options)
        stop.count()
        return entry
    }

    override func delete(_ deletions: [Deletion]) async throws(StorageError) -> [DeleteOutcome] {
        stop.count()
        return try await inner.delete(deletions)
    }
}
