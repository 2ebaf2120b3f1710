// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import Foundation
public import StorageModel

/// What an inventory says of itself: `manifest.json`
/// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-inventory-location.html).
public struct InventoryManifest: Sendable, Hashable {
    public struct File: Sendable, Hashable {
        /// Its key in the bucket that the inventory was delivered to.
        public var key: ObjectKey
        public var size: Int64
        /// The MD5 of its bytes as they lie there.
        public var digest: Checksum
    }

    /// The bucket whose objects these are.
    public var sourceBucket: String
    public var created: Timestamp?
    public var columns: InventoryColumns
    public var files: [File]

    /// The most bytes of a manifest: some hundred thousand files.
    static let sizeMax = 64 << 20

    private struct Document: Decodable {
        struct File: Decodable {
            var key: String, size: Int64, MD5checksum: String
        }
        var sourceBucket: String, creationTimestamp: String?, fileFormat: String, fileSchema: String, files: [File]
    }

    /// Reads a manifest.
    /// - Throws: `corrupted` for what is no manifest; `unsupported` for a format that cannot be read here.
    public init(_ bytes: [UInt8], at place: String) throws(StorageError) {
        func problem(_ kind: StorageError.Kind, _ message: String, _ advice: String? = nil) -> StorageError {
            StorageError(kind, during: .read, at: place, message: message, advice: advice)
        }
        let document: Document
        do {
            document = try JSONDecoder().decode(Document.self, from: Data(bytes))
        } catch {
            throw problem(
                .corrupted, "it is not the manifest of an inventory", "name the manifest.json that S3 Inventory wrote")
        }
        sourceBucket = document.sourceBucket
        created = document.creationTimestamp.flatMap { Int64($0) }.flatMap { $0 >= 0 ? $0 : nil }
            .map { Timestamp(seconds: $0 / 1000, nanoseconds: UInt32($0 % 1000) * 1_000_000) }
        guard document.fileFormat.uppercased() == "CSV" else {
            throw problem(
                .unsupported, "the inventory is in \(document.fileFormat), which is not read here",
                "have the inventory written as CSV")
        }
        guard let columns = InventoryColumns(schema: document.fileSchema) else {
            throw problem(.corrupted, "the manifest's fileSchema names neither Bucket nor Key")
        }
        self.columns = columns
        files = []
        for file in document.files {
            guard let digest = VersionTag(file.MD5checksum).lookalike, digest.parts == nil, file.size >= 0,
                !file.key.isEmpty
            else {
                throw problem(.corrupted, "the manifest tells no size or MD5 of the file \(file.key)")
            }
            files.append(File(key: ObjectKey(file.key), size: file.size, digest: digest))
        }
    }
}
