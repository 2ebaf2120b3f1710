// Part of godwit. SPDX-License-Identifier: Apache-2.0

import BackendMemory
import Compression
import Digests
import StorageModel
import StorageTestKit
import Testing

@testable import Replication

@Suite struct InventoryTests {
    private static let day = "2026-11-28T01-00Z/"
    private let backend = MemoryBackend()
    private let directory = ObjectKey("inv/b/daily/")

    /// Writes an inventory as S3 does, with one file for each of `texts`.
    private func write(
        _ texts: [String], schema: String = "Bucket, Key, Size, LastModifiedDate, ETag, StorageClass",
        format: String = "CSV", checksum: String? = nil, change: (Int, inout [UInt8]) -> Void = { _, _ in }
    ) async throws {
        var files: [String] = []
        for (index, text) in texts.enumerated() {
            var compressor = GzipCompressor()
            var bytes: [UInt8] = []
            compressor.push(Array(text.utf8), into: &bytes)
            compressor.finish(into: &bytes)
            let key = "inv/b/daily/data/\(index).csv.gz", digest = Checksum(.md5, Digest.of(bytes, .md5)).hexadecimal
            files.append("{\"key\":\"\(key)\",\"size\":\(bytes.count),\"MD5checksum\":\"\(digest)\"}")
            change(index, &bytes)
            try await backend.put(bytes, at: ObjectKey(key))
        }
        let manifest = Array(
            """
            {"sourceBucket":"b","destinationBucket":"arn:aws:s3:::d","version":"2016-11-30",
            "creationTimestamp":"1514944800000","fileFormat":"\(format)","fileSchema":"\(schema)",
            "files":[\(files.joined(separator: ","))]}
            """.utf8)
        try await backend.put(manifest, at: ObjectKey("inv/b/daily/\(Self.day)manifest.json"))
        let digest = checksum ?? Checksum(.md5, Digest.of(manifest, .md5)).hexadecimal
        try await backend.put(Array(digest.utf8), at: ObjectKey("inv/b/daily/\(Self.day)manifest.checksum"))
    }

    private func open() async throws -> Inventory {
        try await Inventory(ObjectKey(Self.day + "manifest.json"), in: directory, of: backend)
    }

    private func listed(_ inventory: Inventory, under prefix: String = "") async throws -> (
        entries: [Entry], issues: [ListingIssue]
    ) {
        let listing = try inventory.listings(of: "b", under: ObjectKey(prefix))()
        var (entries, issues) = ([Entry](), [ListingIssue]())
        while let page = try await listing.next() {
            entries += page.entries
            issues += page.issues
        }
        return (entries.sorted { $0.key < $1.key }, issues)
    }

    @Test func rowsBecomeEntries() async throws {
        try await write([
            """
            "b","a+b%2B%C3%A9/x%22","3","2026-11-27T10:00:00.000Z","0cc175b9c0f1b6a831c399e269772661","STANDARD"
            "b","z","0","2026-11-27T10:00:01.500Z","d41d8cd98f00b204e9800998ecf8427e-2","GLACIER"

            """, "\"b\",\"other/y\",\"7\",\"\",\"\",\"\"\n",
        ])
        let inventory = try await open()
        #expect(inventory.manifest.created == Timestamp(seconds: 1_514_944_800))
        #expect(inventory.manifest.columns.names.count == 6 && inventory.manifest.files.count == 2)
        let (entries, issues) = try await listed(inventory)
        #expect(issues.isEmpty)
        #expect(entries.map(\.key) == [ObjectKey("a b+\u{e9}/x\""), ObjectKey("other/y"), ObjectKey("z")])
        #expect(entries.map(\.size) == [3, 7, 0])
        #expect(entries[0].tag == VersionTag("0cc175b9c0f1b6a831c399e269772661") && entries[0].storageClass == nil)
        #expect(entries[2].storageClass == "GLACIER" && entries[2].written?.nanoseconds == 500_000_000)
        #expect(try await listed(inventory, under: "other/").entries.map(\.key) == [ObjectKey("other/y")])
        let error = #expect(throws: StorageError.self) { try inventory.listings(of: "c", under: .root) }
        #expect(error?.kind == .invalidConfiguration)
    }

    @Test func onlyWhatIsCurrentIsListed() async throws {
        try await write(
            [
                """
                "b","k","v3","true","false","5","SSE-KMS","0cc175b9c0f1b6a831c399e269772661",""
                "b","k","v2","false","true","","","",""
                "b","gone","v5","true","true","","","",""
                "b","gone","v4","false","false","9","NOT-SSE","x",""

                """
            ],
            schema: "Bucket, Key, VersionId, IsLatest, IsDeleteMarker, Size, EncryptionStatus, ETag, LastModifiedDate")
        let inventory = try await open()
        let entries = try await listed(inventory).entries
        #expect(entries.map(\.key) == [ObjectKey("k")] && entries[0].version == nil && !entries[0].tagMayBeDigest)
        let rows = inventory.rows()
        var all: [InventoryRow] = []
        while let page = try await rows.next() { all += page.rows }
        #expect(all.map(\.entry.version) == ["v3", "v2", "v5", "v4"])
        #expect(all.map(\.isDeleteMarker) == [false, true, true, false])
    }

    /// A bad row costs itself, and whoever deletes is told that the listing lacks something.
    @Test func badRowsAreTold() async throws {
        try await write([
            """
            "b","good","1","2026-11-27T10:00:00.000Z","",""
            "b","few"
            "b","%zz","1","2026-11-27T10:00:00.000Z","",""
            "b","size","many","2026-11-27T10:00:00.000Z","",""
            "b","size","-1","2026-11-27T10:00:00.000Z","",""
            "b","time","1","yesterday","",""
            "","nobody","1","","",""
            "b","quote"x,"1","","",""
            "c","elsewhere","1","","",""
            "b","last","1","2026-11-27T10:00:00.000Z","",""
            """
        ])
        let (entries, issues) = try await listed(try await open())
        #expect(entries.map(\.key) == [ObjectKey("good"), ObjectKey("last")])
        #expect(issues.count == 8)
        for issue in issues {
            guard case .incomplete = issue.severity else {
                Issue.record("\(issue)")
                continue
            }
            #expect(issue.error.kind == .corrupted && issue.error.message.contains("0.csv.gz"))
        }
        #expect(issues[0].error.message.contains("row 2 "))
    }

    @Test func whatIsNotWholeIsRefused() async throws {
        let row = "\"b\",\"k\",\"1\",\"\",\"\",\"\"\n"
        func refusal(_ place: String) async throws -> StorageError? {
            do throws(StorageError) {
                let inventory = try await Inventory(ObjectKey(Self.day + "manifest.json"), in: directory, of: backend)
                let rows = inventory.rows()
                while try await rows.next() != nil {}
                Issue.record("\(place) is taken")
                return nil
            } catch {
                return error
            }
        }
        try await write([row, row]) { index, bytes in if index == 1 { bytes[bytes.count - 6] ^= 1 } }
        #expect(try await refusal("a damaged file")?.kind == .corrupted)
        try await write([row, row]) { index, bytes in if index == 1 { bytes.removeLast() } }
        #expect(try await refusal("a short file")?.message.contains("the manifest says") == true)
        try await write([row, row]) { index, bytes in
            // Another file of the same length, whole in itself: its MD5 alone tells.
            if index == 1 { bytes[4] ^= 1 }
        }
        #expect(try await refusal("another file")?.message.contains("MD5") == true)
        try await write([row], checksum: "0cc175b9c0f1b6a831c399e269772661")
        #expect(try await refusal("a damaged manifest")?.message.contains("manifest.checksum") == true)
        try await write([row], format: "Parquet")
        #expect(try await refusal("Parquet")?.advice == "have the inventory written as CSV")
        for column in ["Size", "LastModifiedDate", "ETag"] {
            let schema = "Bucket, Key, Size, LastModifiedDate, ETag, StorageClass"
            try await write([row], schema: schema.replacing(", \(column)", with: ", Other"))
            let inventory = try await open()
            let error = #expect(throws: StorageError.self) { try inventory.listings(of: "b", under: .root) }
            #expect(error?.message == "the inventory has no column \(column)")
        }
        try await write([row], schema: "Key, Size")
        #expect(try await refusal("a schema without a bucket")?.kind == .corrupted)
        try await write([row])
        _ = try await backend.delete([Deletion(key: ObjectKey("inv/b/daily/data/0.csv.gz"))])
        #expect(try await refusal("a missing file")?.kind == .notFound)
        try await backend.put(Array("{}".utf8), at: ObjectKey("inv/b/daily/\(Self.day)manifest.json"))
        _ = try await backend.delete([Deletion(key: ObjectKey("inv/b/daily/\(Self.day)manifest.checksum"))])
        #expect(try await refusal("no manifest")?.advice?.contains("manifest.json") == true)
    }

    /// What is written is what is listed, whatever the keys are, and in files of any number.
    @Test func whatIsWrittenIsRead() async throws {
        var random = SeededRandom(seed: 7)
        var wanted: [Entry] = []
        for index in 0..<3000 {
            let key = ObjectKey(
                SharedBytes(Array("\(index)/".utf8) + random.bytes(Int.random(in: 0...20, using: &random))))
            wanted.append(
                Entry(
                    key: key, size: Int64.random(in: 0...1 << 40, using: &random),
                    written: Timestamp(seconds: Int64.random(in: 0...2_000_000_000, using: &random)),
                    tag: VersionTag("0cc175b9c0f1b6a831c399e269772661"),
                    storageClass: random.chance(50) ? "STANDARD_IA" : nil))
        }
        let time = Timestamp(seconds: 1_514_944_800)
        var writer = InventoryWriter(of: "b", id: "daily", to: backend, under: ObjectKey("inv/"), at: time)
        for entry in wanted { try await writer.add(entry) }
        let written = try await writer.finish()
        #expect(written.rows == 3000 && written.files == 1)
        #expect(written.manifest == ObjectKey("b/daily/2018-01-03T02-00Z/manifest.json"))
        let name = ObjectKey("2018-01-03T02-00Z/manifest.json")
        let inventory = try await Inventory(name, in: directory, of: backend)
        let (entries, issues) = try await listed(inventory)
        #expect(issues.isEmpty && entries == wanted.sorted { $0.key < $1.key })
        #expect(inventory.manifest.created == time && inventory.manifest.sourceBucket == "b")
    }
}
