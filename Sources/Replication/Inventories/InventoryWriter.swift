// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import Compression
internal import Digests
internal import Foundation
public import StorageModel

/// Writes an inventory of a bucket, as S3 Inventory lays one out, for stores that write none
/// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-inventory-location.html): CSV files of some hundred thousand
/// rows each under `BUCKET/ID/data/`, and behind them `BUCKET/ID/TIME/manifest.json` and, last of all, `manifest.checksum`.
public struct InventoryWriter: ~Copyable {
    public struct Summary: Sendable {
        /// Its manifest, below the prefix.
        public var manifest: ObjectKey
        public var rows: Int
        public var files: Int
        public var bytes: Int64
    }

    private struct File: Encodable {
        var key: String, size: Int64, MD5checksum: String
    }

    private struct Document: Encodable {
        var sourceBucket: String, destinationBucket: String, version = "2016-11-30", creationTimestamp: String
        var fileFormat = "CSV", fileSchema = InventoryWriter.schema, files: [File]
    }

    private static let schema = "Bucket, Key, Size, LastModifiedDate, ETag, StorageClass"
    /// Rows of one file.
    private static let rowsMax = 100_000
    /// Bytes that are compressed at once.
    private static let textMax = 128 << 10

    private let bucket: String
    private let backend: any Backend
    private let directory: ObjectKey
    private let prefixCount: Int
    private let created: Timestamp
    private var compressor = GzipCompressor()
    private var text: [UInt8] = []
    private var content: [UInt8] = []
    private var rowsOfFile = 0
    private var rows = 0
    private var files: [File] = []

    /// An inventory of `bucket` as it is at `created`, to be written under `prefix`.
    public init(
        of bucket: String, id: String, to backend: any Backend, under prefix: ObjectKey, at created: Timestamp
    ) {
        (self.bucket, self.backend, self.created) = (bucket, backend, created)
        directory = ObjectKey("\(bucket)/\(id)/").prefixed(by: prefix)
        prefixCount = prefix.bytes.count
    }

    /// Adds a row for an object.
    public mutating func add(_ entry: Entry) async throws(StorageError) {
        let date = entry.written?.rfc3339(fractionDigits: 3) ?? entry.modified?.rfc3339(fractionDigits: 3) ?? ""
        field(bucket.utf8)
        text.append(UInt8(ascii: "\""))
        entry.key.bytes.withUnsafeBytes { for byte in $0 { encode(byte) } }
        text += Array("\",".utf8)
        field(String(entry.size).utf8)
        field(date.utf8)
        field((entry.tag?.text ?? "").utf8)
        field((entry.storageClass ?? "STANDARD").utf8)
        text[text.count - 1] = UInt8(ascii: "\n")
        (rows, rowsOfFile) = (rows + 1, rowsOfFile + 1)
        if text.count >= Self.textMax { compress() }
        if rowsOfFile == Self.rowsMax { try await endFile() }
    }

    private mutating func field(_ value: some Collection<UInt8>) {
        text.append(UInt8(ascii: "\""))
        text += value
        text += Array("\",".utf8)
    }

    private mutating func encode(_ byte: UInt8) {
        switch byte {
        case 48...57, 65...90, 97...122, UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "/"):
            text.append(byte)
        default:
            let digits = Array("0123456789ABCDEF".utf8)
            text += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        }
    }

    private mutating func compress() {
        compressor.push(text, into: &content)
        text.removeAll(keepingCapacity: true)
    }

    private mutating func endFile() async throws(StorageError) {
        compress()
        compressor.finish(into: &content)
        let key = ObjectKey("data/\(UUID().uuidString.lowercased()).csv.gz").prefixed(by: directory)
        try await write(content, to: key, "application/gzip")
        files.append(
            File(
                key: key.description, size: Int64(content.count),
                MD5checksum: Checksum(.md5, Digest.of(content, .md5)).hexadecimal))
        content.removeAll(keepingCapacity: true)
        rowsOfFile = 0
    }

    /// Writes what is left, the manifest, and its checksum, which says that the inventory is whole.
    public consuming func finish() async throws(StorageError) -> Summary {
        if rowsOfFile > 0 { try await endFile() }
        let document = Document(
            sourceBucket: bucket, destinationBucket: "arn:aws:s3:::\(backend.identity.container)",
            creationTimestamp: String(created.seconds * 1000), files: files)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .withoutEscapingSlashes]
        guard let manifest = try? encoder.encode(document) else {
            throw StorageError(
                .unexpected, during: .write, at: backend.identity.container, message: "the manifest cannot be written")
        }
        let time = created.rfc3339().prefix(16).replacing(":", with: "-") + "Z"
        let place = ObjectKey("\(time)/").prefixed(by: directory)
        let name = ObjectKey("manifest.json").prefixed(by: place)
        try await write(Array(manifest), to: name, "application/json")
        let digest = Checksum(.md5, Digest.of(Array(manifest), .md5)).hexadecimal
        try await write(
            Array(digest.utf8), to: ObjectKey("manifest.checksum").prefixed(by: place), "text/plain")
        return Summary(
            manifest: name.dropFirst(prefixCount), rows: rows, files: files.count,
            bytes: files.reduce(0) { $0 + $1.size })
    }

    private func write(_ bytes: [UInt8], to key: ObjectKey, _ type: String) async throws(StorageError) {
        var options = WriteOptions()
        options.metadata.contentType = type
        _ = try await backend.write(PartBuffer(bytes), to: key, options)
    }
}
