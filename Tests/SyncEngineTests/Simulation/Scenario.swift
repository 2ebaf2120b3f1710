// Part of godwit. SPDX-License-Identifier: Apache-2.0

import BackendMemory
import StorageModel
import StorageTestKit
import SyncEngine
import Synchronization

/// Two stores and what is asked of a run between them, all of it from a seed.
struct Scenario: Sendable {
    let mode: SyncMode
    let options: SyncOptions
    let source: any Backend
    let target: any Backend
    /// Moves a little with every look, so that no two times are equal.
    let now: @Sendable () -> Timestamp

    private final class Clock: Sendable { let ticks = Atomic<Int64>(0) }

    init(_ random: inout SeededRandom) {
        let clock = Clock()
        let now: @Sendable () -> Timestamp = {
            let ticks = clock.ticks.add(1, ordering: .relaxed).newValue
            return Timestamp(seconds: 3_000_000 + ticks / 1000, nanoseconds: UInt32(ticks % 1000) * 1_000_000)
        }
        self.now = now
        mode = [.copy, .sync, .sync, .move, .move].randomElement(using: &random) ?? .copy
        let isOneStore = random.chance(40)
        let shared = MemoryStore(containers: ["source", "target"])
        source = MemoryBackend(
            store: isOneStore ? shared : MemoryStore(containers: ["source"]), container: "source",
            options: Self.store(now, &random))
        let target = MemoryBackend(
            store: isOneStore ? shared : MemoryStore(containers: ["target"]), container: "target",
            options: Self.store(now, &random))
        self.target = random.chance(25) ? TreeBackend(target) : target
        options = Self.options(mode, &random)
    }

    private static func store(_ now: @escaping @Sendable () -> Timestamp, _ random: inout SeededRandom) -> MemoryOptions
    {
        var options = MemoryOptions()
        let orders: [[ListingOrder]] = [
            [.keyBytes], [.keyBytes], [.pathComponents], [.keyBytes, .pathComponents], [.unordered],
        ]
        options.listingOrders = orders.randomElement(using: &random) ?? [.keyBytes]
        options.seed = random.next()
        options.pageSize = Int.random(in: 1...7, using: &random)
        let isBucket = random.chance(70)
        options.listsModified = !isBucket
        options.readsAreLocal = !isBucket
        options.deleteBatchMax = Int.random(in: 1...4, using: &random)
        if random.chance(15) { options.copiesParts = false }
        if random.chance(15) { options.serverSideCopyMax = 20 }
        options.now = now
        return options
    }

    private static func options(_ mode: SyncMode, _ random: inout SeededRandom) -> SyncOptions {
        var options = SyncOptions(mode: mode)
        let partSize = Int64([8, 16, 24].randomElement(using: &random) ?? 8)
        options.transferring.partSize = partSize
        options.transferring.uploadCutoff = partSize
        if random.chance(60) { options.transferring.copyCutoff = partSize }
        options.transferring.partsInFlight = Int.random(in: 1...4, using: &random)
        // The engine's own widths make many idle tasks, which cost more than they find.
        options.transferring.transfers = random.chance(5) ? nil : Int.random(in: 1...3, using: &random)
        options.transferring.checkers = random.chance(5) ? nil : Int.random(in: 1...3, using: &random)
        options.transferring.memoryMax = Int64(Int.random(in: 2...200, using: &random))
        if random.chance(15) { options.transferring.verification = .all }
        if random.chance(20) { options.transferring.serverSide = .never }
        options.passesMax = Int.random(in: 1...3, using: &random)
        options.deleting.allowsEmptySource = true
        return options
    }

    /// Fills both stores.
    func fill(_ random: inout SeededRandom) async throws {
        for key in Trees.keys(Int.random(in: 2...12, using: &random), &random) {
            let content = Self.content(&random)
            let time = Timestamp(seconds: Int64.random(in: 0...1_000_000, using: &random))
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<5: try await put(content, at: key, time, in: source, &random)
            case 5..<7: try await put(content, at: key, time, in: target, &random)
            case 7:
                try await put(content, at: key, time, in: source, &random)
                try await put(content, at: key, time, in: target, &random)
            case 8:
                try await put(content, at: key, time, in: source, &random)
                try await put(content, at: key, Timestamp(seconds: -5), in: target, &random)
            default:
                try await put(content, at: key, time, in: source, &random)
                try await put(Self.content(&random), at: key, Timestamp(seconds: -7), in: target, &random)
            }
        }
    }

    /// Changes something at the source, as people do between two runs. Returns whether anything changed.
    func change(_ random: inout SeededRandom) async throws -> Bool {
        guard random.chance(25) else { return false }
        let entries = try await source.entries().sorted { $0.key < $1.key }
        for entry in entries where random.chance(30) {
            if random.chance(30) {
                _ = try await source.delete([Deletion(key: entry.key)])
            } else {
                try await put(Self.content(&random), at: entry.key, now(), in: source, &random)
            }
        }
        return true
    }

    private static func content(_ random: inout SeededRandom) -> [UInt8] {
        random.bytes(Int.random(in: 0...(random.chance(40) ? 60 : 8), using: &random))
    }

    private func put(
        _ content: [UInt8], at key: ObjectKey, _ time: Timestamp, in backend: any Backend, _ random: inout SeededRandom
    ) async throws {
        let options = WriteOptions(modified: time)
        guard random.chance(25), !content.isEmpty else { return _ = try await backend.put(content, at: key, options) }
        // In parts, so that its tag is a composite.
        let partSize = [8, 16, 24, 10].randomElement(using: &random) ?? 8
        let session = try await backend.beginUpload(
            to: key, size: Int64(content.count), partSize: Int64(partSize), options)
        var receipts = [PartReceipt]()
        for start in stride(from: 0, to: content.count, by: partSize) {
            let part = Array(content[start..<min(start + partSize, content.count)])
            receipts.append(
                try await session.upload(receipts.count + 1, at: Int64(start), PartBuffer(part)))
        }
        _ = try await session.complete(receipts, expected: nil)
    }
}
