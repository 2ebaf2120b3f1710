// Part of godwit. SPDX-License-Identifier: Apache-2.0

import BackendLocal
import StorageModel
import StorageTestKit
import SyncEngine
import Testing

@testable import JournalStore

@Suite struct RecordCodingTests {
    private static let seeds: [UInt64] = Array(1...20)

    private static func entry(_ random: inout SeededRandom) -> Entry {
        func time() -> Timestamp? {
            guard random.chance(60) else { return nil }
            return Timestamp(
                seconds: Int64(truncatingIfNeeded: random.next()),
                nanoseconds: UInt32.random(in: 0..<1_000_000_000, using: &random))
        }
        func text() -> String? {
            random.chance(50) ? String(decoding: random.bytes(Int(random.next() % 40)), as: UTF8.self) : nil
        }
        var entry = Entry(
            key: ObjectKey(SharedBytes(random.bytes(Int(random.next() % 300)))),
            kind: [.object, .directory, .symbolicLink].randomElement(using: &random) ?? .object,
            size: Int64(truncatingIfNeeded: random.next()), modified: time(), written: time(), version: text(),
            tagMayBeDigest: random.chance(50), storageClass: text())
        if random.chance(50) { entry.tag = VersionTag(SharedBytes(random.bytes(Int(random.next() % 50)))) }
        for algorithm in ChecksumAlgorithm.allCases where random.chance(20) {
            entry.checksums.append(
                Checksum(algorithm, random.bytes(algorithm.length), parts: random.chance(30) ? 17 : nil))
        }
        if random.chance(50) {
            var metadata = ObjectMetadata(contentType: text())
            metadata.cacheControl = text()
            metadata.websiteRedirect = text()
            for _ in 0..<random.next() % 4 {
                metadata.user.append(ObjectMetadata.UserField(name: text() ?? "n", value: text() ?? ""))
            }
            entry.metadata = metadata
        }
        if random.chance(50), let changed = time() {
            entry.fileIdentity = FileIdentity(device: random.next(), inode: random.next(), changed: changed)
        }
        return entry
    }

    /// Changes, cuts or lengthens bytes.
    private static func spoiled(_ bytes: [UInt8], _ random: inout SeededRandom) -> [UInt8] {
        var bytes = bytes
        for _ in 0...random.next() % 3 where !bytes.isEmpty {
            let index = Int(random.next() % UInt64(bytes.count))
            bytes[index] = random.chance(30) ? 0xff : UInt8(truncatingIfNeeded: random.next())
        }
        if random.chance(20) { bytes += random.bytes(3) }
        if random.chance(30) { bytes.removeLast(min(bytes.count, 1 + Int(random.next() % 8))) }
        return bytes
    }

    @Test(arguments: seeds) func entriesAreReadBackAsTheyWere(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        for _ in 0..<5 {
            let entry = Self.entry(&random)
            let bytes = EntryCoding.encode(entry)
            #expect(try EntryCoding.decode(bytes) == entry)
            for count in 0..<bytes.count {
                #expect(throws: DamagedRecord.self) { try EntryCoding.decode(Array(bytes[..<count])) }
            }
            #expect(throws: DamagedRecord.self) { try EntryCoding.decode(bytes + [0]) }
        }
    }

    @Test(arguments: seeds) func whateverTheBytesAreNothingTraps(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        for _ in 0..<100 {
            let noise = random.bytes(Int(random.next() % 60))
            for bytes in [Self.spoiled(EntryCoding.encode(Self.entry(&random)), &random), noise, [1] + noise] {
                _ = try? EntryCoding.decode(bytes)
                _ = try? BatchCoding.decode(bytes)
                _ = try? PartCoding.decode(bytes, number: 1)
                _ = try? TextListCoding.decode(bytes)
            }
        }
    }

    @Test func batchesAreReadBackAsTheyWere() throws {
        let kinds = PlannedAction.Kind.allCases
        let actions = (0..<1000).map { index in
            PlannedAction(
                kinds[index % kinds.count], ObjectKey("dir/\(index)/\u{e9}"), replaces: index.isMultiple(of: 3))
        }
        let bytes = BatchCoding.encode(actions)
        #expect(try BatchCoding.decode(bytes) == actions)
        #expect(try BatchCoding.decode(BatchCoding.encode([])) == [])
        #expect(throws: DamagedRecord.self) { try BatchCoding.decode(Array(bytes.dropLast())) }
        // A count of 2^40 actions in a record of a few bytes.
        #expect(throws: DamagedRecord.self) { try BatchCoding.decode([1, 0x80, 0x80, 0x80, 0x80, 0x80, 0x20, 0, 0]) }
    }

    @Test func partsAndArgumentsAreReadBackAsTheyWere() throws {
        let part = JournaledPart.test(6)
        #expect(try PartCoding.decode(PartCoding.encode(part), number: 6) == part)
        #expect(throws: DamagedRecord.self) { try PartCoding.decode(PartCoding.encode(part), number: 0) }
        let arguments = ["--include", "a b", "", "\u{1f}\n\"é"]
        #expect(try TextListCoding.decode(TextListCoding.encode(arguments)) == arguments)
    }

    @Test func timesAreNanosecondsWithinTheirRange() {
        for time in [
            Timestamp(seconds: 0), Timestamp(seconds: -1, nanoseconds: 999_999_999),
            Timestamp(seconds: 1, nanoseconds: 1),
            Timestamp(seconds: 9_223_372_035, nanoseconds: 5), Timestamp(seconds: -9_223_372_036),
        ] {
            #expect(Timestamp(storedNanoseconds: time.storedNanoseconds) == time)
        }
        #expect(Timestamp(seconds: .max, nanoseconds: 1).storedNanoseconds == .max)
        #expect(Timestamp(seconds: .min).storedNanoseconds == .min)
        #expect(Timestamp(storedNanoseconds: .min) < Timestamp(storedNanoseconds: .max))
    }

    @Test func namesOfRunsAreThoseOfTemporaryFiles() {
        #expect(RunDescription.shortName(of: "2026-11-25T19:00Z-ab12") == "202611251900ab12")
        for id in ["2026-11-25T19:00Z-ab12", "ÄÖ", "", "run-1", String(repeating: "x", count: 40)] {
            #expect(RunDescription.shortName(of: id) == LocalOptions(run: id).run)
        }
        #expect(RunDescription.shortName(of: String(repeating: "x", count: 40)).utf8.count == 32)
    }
}
