// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Foundation
import StorageModel
import StorageTestKit
import Testing

@testable import SyncEngine

/// The files of state: what is written comes back, and of damaged files nothing that was not written.
@Suite struct StateFileTests {
    private let directory: TemporaryDirectory
    private let path: String

    init() throws {
        directory = try TemporaryDirectory()
        path = directory("pair")
    }

    @Test(arguments: [ListingOrder.keyBytes, .pathComponents])
    func aBaseComesBackAsItWasWritten(order: ListingOrder) throws {
        var random = SeededRandom(seed: 3)
        let records = StateFiles.sample(5000, order, &random)
        try StateFiles.write(records, to: path, .sample(order))
        let read = try StateFiles.read(path, .sample(order))
        #expect(read.records == records)
        #expect(!read.isDamaged)
        try StateFiles.write([], to: path)
        #expect(try StateFiles.read(path).records.isEmpty)
        #expect(try !StateFiles.read(path).isDamaged)
    }

    @Test func itsReaderIsItsOwnerOnly() throws {
        try StateFiles.write([], to: path)
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }

    @Test func aBaseOfOtherRulesIsLeftAlone() throws {
        try StateFiles.write([KeptRecord("a", "1")], to: path, .sample(.keyBytes, window: 5, begun: 1000))
        for other in [
            StateHeader.sample(.pathComponents, window: 5), .sample(window: 6), .sample(window: 5, begun: 999),
        ] {
            let read = try StateFiles.read(path, other)
            #expect(read.records.isEmpty && !read.isDamaged)
        }
        #expect(try StateFiles.read(path, .sample(window: 5, begun: 1001)).records == [KeptRecord("a", "1")])
    }

    @Test func keysThatDoNotAscendAreDamage() throws {
        for keys in [["b", "a"], ["a", "a"], ["a!", "a/"], ["", "a"]] {
            try StateFiles.write(keys.map { KeptRecord($0, "x") }, to: path, .sample(.pathComponents))
            let read = try StateFiles.read(path, .sample(.pathComponents))
            #expect(read.isDamaged && read.records.count < 2, "\(keys)")
        }
        try StateFiles.write(["a/", "a!"].map { KeptRecord($0, "x") }, to: path, .sample(.keyBytes))
        #expect(try StateFiles.read(path).records == [KeptRecord("a/", "x")])
    }

    /// A base of several blocks, and where each byte may be another.
    @Test(arguments: [UInt8(0x01), 0x80, 0xff])
    func noDamagedByteIsBelieved(flip: UInt8) throws {
        let (records, bytes) = try smallBase()
        for offset in bytes.indices {
            var damaged = bytes
            damaged[offset] ^= flip
            try write(damaged)
            let read = try StateFiles.read(path)
            #expect(read.records == Array(records.prefix(read.records.count)), "byte \(offset)")
            #expect(read.isDamaged || read.records.count == records.count, "byte \(offset)")
        }
    }

    @Test func aCutFileEndsWhereItIsCut() throws {
        let (records, bytes) = try smallBase()
        for count in 0..<bytes.count {
            try write(Array(bytes[..<count]))
            let read = try StateFiles.read(path)
            #expect(read.records == Array(records.prefix(read.records.count)), "\(count) bytes")
            #expect(read.isDamaged, "\(count) bytes")
        }
    }

    @Test func noiseIsNoState() throws {
        var random = SeededRandom(seed: 11)
        for _ in 0..<500 {
            var noise = random.bytes(Int.random(in: 0...300, using: &random))
            if random.chance(70) { noise = StateBlock.magic + noise }
            try write(noise)
            #expect(try StateFiles.read(path).records.isEmpty)
            #expect(try StateFiles.readLog(path).records.isEmpty)
        }
    }

    /// Whole frames whose content was made up: what a checksum cannot see.
    @Test func madeUpRecordsNeverTrap() throws {
        for seed in UInt64(1)...400 {
            var random = SeededRandom(seed: seed)
            let file = try NamedFile.writable(path, emptied: true)
            let writer = try StateWriter(file, .sample())
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let numbers = (0..<Int.random(in: 1...30, using: &random)).map { _ in
                    random.chance(80) ? UInt8.random(in: 0...6, using: &random) : UInt8(random.next() >> 56)
                }
                let kind: StateBlock.Kind = random.chance(80) ? .records : random.chance(50) ? .end : .header
                try writer.write(kind, numbers)
            }
            _ = try StateFiles.read(path)
            _ = try StateFiles.readLog(path)
        }
    }

    @Test func aLogEndsWithItsLastGoodBlock() throws {
        let batches = [
            [KeptRecord("c", "1"), KeptRecord("a", "2")], [KeptRecord("b", "3")],
            [KeptRecord("a", "4"), KeptRecord("c", "")],
        ]
        let wanted = [
            [KeptRecord("a", "2"), KeptRecord("c", "1")],
            [KeptRecord("a", "2"), KeptRecord("b", "3"), KeptRecord("c", "1")],
        ]
        try StateFiles.log(batches, to: path)
        let bytes = try Array(Data(contentsOf: URL(fileURLWithPath: path)))
        let all = try StateFiles.readLog(path)
        #expect(all.records == [KeptRecord("a", "4"), KeptRecord("b", "3"), KeptRecord("c", "")])
        #expect(all.size == bytes.count)
        for count in 0..<bytes.count {
            try write(Array(bytes[..<count]))
            let read = try StateFiles.readLog(path)
            #expect(read.records.isEmpty || wanted.contains(read.records), "\(count) bytes")
            #expect(read.size <= count)
        }
        let truth = Set(batches.joined())
        for offset in bytes.indices {
            var damaged = bytes
            damaged[offset] ^= 0x10
            try write(damaged)
            #expect(try StateFiles.readLog(path).records.allSatisfy(truth.contains), "byte \(offset)")
        }
    }

    @Test func aRunOfOtherRulesIsPassedOverInALog() throws {
        try StateFiles.log([[KeptRecord("a", "1")]], to: path, .sample(window: 1))
        try StateFiles.log([[KeptRecord("a", "2"), KeptRecord("b", "2")]], to: path, .sample(window: 2))
        try StateFiles.log([[KeptRecord("c", "3")]], to: path, .sample(window: 1))
        #expect(
            try StateFiles.readLog(path, .sample(window: 1)).records == [KeptRecord("a", "1"), KeptRecord("c", "3")])
    }

    private func smallBase() throws -> (records: [KeptRecord], bytes: [UInt8]) {
        var random = SeededRandom(seed: 5)
        let records = StateFiles.sample(24, .keyBytes, &random)
        let writer = try StateWriter(try NamedFile.writable(path, emptied: true), .sample())
        for (index, record) in records.enumerated() {
            try writer.append(record)
            if index % 6 == 5 { try writer.flush() }
        }
        try writer.finish()
        return (records, try Array(Data(contentsOf: URL(fileURLWithPath: path))))
    }

    private func write(_ bytes: [UInt8]) throws { try Data(bytes).write(to: URL(fileURLWithPath: path)) }
}
