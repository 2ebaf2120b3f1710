// Part of godwit. SPDX-License-Identifier: Apache-2.0

import BackendMemory
import StorageModel
import StorageTestKit
import Testing

@testable import SyncEngine

/// A finished run.
struct Ran {
    var report: SyncReport
    var recorder: Recorder

    var isClean: Bool { report.stop == nil && report.objects.failed == 0 && report.otherFailures == 0 }
    var changes: Int {
        let objects = report.objects
        return objects.transferred + objects.serverCopied + objects.metadataUpdated + objects.deleted
    }
}

/// Runs one session between two backends and checks what holds of every run.
@discardableResult
func ran(
    _ mode: SyncMode, _ source: any Backend, _ target: any Backend, from: String = "", to: String = "",
    sourceLocation: SourceLocation = #_sourceLocation, _ configure: (inout SyncOptions) -> Void = { _ in }
) async -> Ran {
    var options = SyncOptions(mode: mode)
    configure(&options)
    let recorder = Recorder()
    let session = SyncSession(
        source: SyncLocation(backend: source, prefix: ObjectKey(from)),
        target: SyncLocation(backend: target, prefix: ObjectKey(to)), options: options, observer: recorder)
    let report = await session.run()
    checkCounts(report, recorder, mode, sourceLocation)
    return Ran(report: report, recorder: recorder)
}

/// The invariants of the closing account.
func checkCounts(_ report: SyncReport, _ recorder: Recorder, _ mode: SyncMode, _ sourceLocation: SourceLocation) {
    let objects = report.objects
    if report.stop == nil {
        #expect(
            objects.listedSource
                == objects.transferred + objects.serverCopied + objects.metadataUpdated + objects.skipped
                + objects.failed, "\(objects)", sourceLocation: sourceLocation)
    }
    guard recorder.notices.allSatisfy({ !$0.contains("listing again") }) else { return }
    for (key, outcomes) in recorder.byKey {
        let versions = Set(outcomes.map(\.sourceVersion)).count
        #expect(outcomes.count == versions, "\(key): \(outcomes.map(\.action))", sourceLocation: sourceLocation)
    }
}

/// A memory backend that plays an S3 bucket: content behind requests, times only in a stat.
func bucket(
    _ store: MemoryStore = MemoryStore(containers: ["memory"]), container: String = "memory",
    orders: [ListingOrder] = [.keyBytes], pageSize: Int = 7, _ configure: (inout MemoryOptions) -> Void = { _ in }
) -> MemoryBackend {
    var options = MemoryOptions()
    options.listingOrders = orders
    options.pageSize = pageSize
    options.listsModified = false
    options.readsAreLocal = false
    configure(&options)
    return MemoryBackend(store: store, container: container, options: options)
}

/// A memory backend that plays a directory: times in listings, content at hand.
func directory(
    orders: [ListingOrder] = [.keyBytes, .pathComponents], pageSize: Int = 7,
    _ configure: (inout MemoryOptions) -> Void = { _ in }
) -> MemoryBackend {
    var options = MemoryOptions()
    options.listingOrders = orders
    options.pageSize = pageSize
    configure(&options)
    return MemoryBackend(options: options)
}

extension Backend {
    /// All objects by key.
    func contents(under prefix: String = "") async throws -> [ObjectKey: [UInt8]] {
        var contents: [ObjectKey: [UInt8]] = [:]
        for entry in try await entries(under: ObjectKey(prefix)) {
            contents[entry.key.dropFirst(prefix.utf8.count)] = try await get(entry.key, capacity: Int(entry.size))
        }
        return contents
    }

    func fill(_ objects: [String: String], modified: Timestamp? = Timestamp(seconds: 1000)) async throws {
        for (key, text) in objects {
            try await put(Array(text.utf8), at: ObjectKey(key), WriteOptions(modified: modified))
        }
    }

    func unfinished() async throws -> Int { try await unfinishedUploads(under: .root).count }
}

/// Key names whose order differs between bytes and components, among others.
enum Trees {
    static let names = [
        "foo", "foo!", "foo-", "foo-bar", "foo0", "foo.d", "a", "b", "x", "e\u{301}", "\u{e9}", "\u{1f600}",
        "\u{ffff}", "\u{10ffff}", " ", "~", "!", "-", "0",
    ]

    static func key(_ random: inout SeededRandom) -> ObjectKey {
        let depth = Int.random(in: 1...4, using: &random)
        return ObjectKey((0..<depth).map { _ in names.randomElement(using: &random) ?? "a" }.joined(separator: "/"))
    }

    /// Distinct keys, in no order.
    static func keys(_ count: Int, _ random: inout SeededRandom) -> [ObjectKey] {
        // Sorted first: the order of a set differs from process to process.
        Set((0..<count).map { _ in key(&random) }).sorted().shuffled(using: &random)
    }

    /// Two trees that share some objects, the same for the same seed.
    static func pair(
        seed: UInt64, _ source: any Backend, _ target: any Backend, count: Int = 60, sizeMax: Int = 40
    ) async throws {
        var random = SeededRandom(seed: seed)
        for key in keys(count, &random) {
            let content = random.bytes(Int.random(in: 0...sizeMax, using: &random))
            let time = Timestamp(seconds: Int64.random(in: 0...1_000_000, using: &random))
            let options = WriteOptions(modified: time)
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<4: try await source.put(content, at: key, options)
            case 4..<6: try await target.put(content, at: key, options)
            case 6:
                try await source.put(content, at: key, options)
                try await target.put(content, at: key, options)
            case 7:
                try await source.put(content, at: key, options)
                try await target.put(
                    content, at: key, WriteOptions(modified: Timestamp(seconds: time.seconds + 5)))
            default:
                try await source.put(content, at: key, options)
                try await target.put(
                    random.bytes(Int.random(in: 0...sizeMax, using: &random)), at: key,
                    WriteOptions(modified: Timestamp(seconds: 7)))
            }
        }
    }
}
