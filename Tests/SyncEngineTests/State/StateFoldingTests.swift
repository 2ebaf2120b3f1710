// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Foundation
import StorageModel
import StorageTestKit
import Testing

@testable import SyncEngine

/// Sorting a log and merging it with its base.
@Suite struct StateFoldingTests {
    private let directory: TemporaryDirectory
    private let path: String
    private var logPath: String { path + ".log" }

    init() throws {
        directory = try TemporaryDirectory()
        path = directory("pair")
    }

    @Test(arguments: [ListingOrder.keyBytes, .pathComponents], UInt64(1)...6)
    func theLastRecordOfAKeyCounts(order: ListingOrder, seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let limits = RecordSorter.Limits(runSize: Int.random(in: 200...4000, using: &random), fanIn: 3)
        var sorter = RecordSorter(order: order, directory: directory.path, limits: limits)
        var truth: [[UInt8]: [UInt8]] = [:]
        let keys = Trees.keys(150, &random)
        for _ in 0..<600 {
            let key = keys[Int.random(in: keys.indices, using: &random)].bytes.array
            let proof = random.bytes(Int.random(in: 0...30, using: &random))
            truth[key] = proof
            try key.withUnsafeBytes { key in try proof.withUnsafeBytes { try sorter.append(key, $0) } }
        }
        #expect(try sorter.sorted().rest() == sorted(truth, order))
    }

    @Test(arguments: [ListingOrder.keyBytes, .pathComponents], UInt64(1)...6)
    func aFoldIsBaseAndLogAsOne(order: ListingOrder, seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let base = StateFiles.sample(400, order, &random)
        try StateFiles.write(base, to: path, .sample(order))
        var truth = Dictionary(uniqueKeysWithValues: base.map { ($0.key, $0.proof) })
        let logged = (0..<200).map { _ in
            let key =
                random.chance(50)
                ? base[Int.random(in: base.indices, using: &random)].key : Trees.key(&random).bytes.array
            return KeptRecord(key, random.bytes(random.chance(30) ? 0 : 20))
        }
        for record in logged { truth[record.key] = record.proof }
        try StateFiles.log([logged], to: logPath, .sample(order))
        #expect(try fold(order))
        let folded = try StateFiles.read(path, .sample(order, begun: 2000))
        #expect(!folded.isDamaged)
        #expect(folded.records == sorted(truth.filter { !$0.value.isEmpty }, order))
        #expect(try NamedFile.writable(logPath).size == 0)
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted() == ["pair", "pair.log"])
    }

    /// A process that died after the new base was in place and before the log was emptied.
    @Test func foldingTwiceIsFoldingOnce() throws {
        try StateFiles.write([KeptRecord("a", "1"), KeptRecord("b", "1")], to: path)
        try StateFiles.log([[KeptRecord("a", "2"), KeptRecord("b", ""), KeptRecord("c", "2")]], to: logPath)
        let log = try Data(contentsOf: URL(fileURLWithPath: logPath))
        for _ in 0..<2 {
            #expect(try fold())
            #expect(
                try StateFiles.read(path, .sample(begun: 2000)).records == [KeptRecord("a", "2"), KeptRecord("c", "2")])
            try log.write(to: URL(fileURLWithPath: logPath))
        }
    }

    /// A process that died while it wrote the new base.
    @Test func whatAFoldLeftIsWrittenOver() throws {
        try StateFiles.write([KeptRecord("a", "1")], to: path)
        try StateFiles.log([[KeptRecord("c", "2")]], to: logPath)
        try Data(repeating: 7, count: 10_000).write(to: URL(fileURLWithPath: path + ".new"))
        #expect(try fold())
        #expect(
            try StateFiles.read(path, .sample(begun: 2000)).records == [KeptRecord("a", "1"), KeptRecord("c", "2")])
    }

    @Test func whatIsBeforeTheDamageStays() throws {
        var random = SeededRandom(seed: 8)
        let base = StateFiles.sample(4000, .keyBytes, &random)
        try StateFiles.write(base, to: path)
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        bytes[bytes.count - 200] ^= 4
        try bytes.write(to: URL(fileURLWithPath: path))
        let left = try StateFiles.read(path)
        #expect(left.isDamaged && left.records.count > 100 && left.records.count < base.count)
        try StateFiles.log([[]], to: logPath)
        #expect(try fold())
        let folded = try StateFiles.read(path, .sample(begun: 2000))
        #expect(!folded.isDamaged && folded.records == left.records)
    }

    @Test func aBaseBeyondTheLimitIsNotMade() throws {
        try StateFiles.write([KeptRecord("a", "1")], to: path)
        try StateFiles.log([[KeptRecord("c", "2")]], to: logPath)
        #expect(try !fold(maxBytes: 60))
        #expect(try StateFiles.read(path).records == [KeptRecord("a", "1")])
        #expect(!FileManager.default.fileExists(atPath: path + ".new"))
    }

    private func fold(_ order: ListingOrder = .keyBytes, maxBytes: Int64 = .max) throws -> Bool {
        try StateFolding(path: path, header: .sample(order, begun: 2000), maxBytes: maxBytes)
            .fold(try NamedFile.writable(logPath), temporaryDirectory: directory.path)
    }

    private func sorted(_ truth: [[UInt8]: [UInt8]], _ order: ListingOrder) -> [KeptRecord] {
        truth.map { KeptRecord($0.key, $0.value) }
            .sorted { order.compare(ObjectKey(SharedBytes($0.key)), ObjectKey(SharedBytes($1.key))) < 0 }
    }
}
