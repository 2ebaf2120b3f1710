// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import Digests
public import StorageModel

/// An inventory of a bucket: a manifest, and files with a row for each object, in no order
/// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-inventory.html).
public struct Inventory: Sendable {
    public let manifest: InventoryManifest
    /// Where it lies.
    let backend: any Backend
    /// The directory that the manifest's own and `data/` are in.
    let directory: ObjectKey
    /// The manifest's directory.
    private let manifestDirectory: ObjectKey

    /// Reads the manifest `name` in `directory` (`2026-11-01T00-00Z/manifest.json`), and proves it by the `manifest.checksum`
    /// beside it where there is one.
    public init(_ name: ObjectKey, in directory: ObjectKey, of backend: any Backend) async throws(StorageError) {
        let key = name.prefixed(by: directory)
        let bytes = try await Self.whole(key, of: backend)
        let slash = key.bytes.lastIndex(of: UInt8(ascii: "/"))
        manifestDirectory = ObjectKey(slash.map { key.bytes.prefix($0 + 1) } ?? SharedBytes([]))
        let checksum = ObjectKey("manifest.checksum").prefixed(by: manifestDirectory)
        do throws(StorageError) {
            let said = String(decoding: try await Self.whole(checksum, of: backend), as: UTF8.self)
            let found = Checksum(.md5, Digest.of(bytes, .md5))
            guard said.filter({ !$0.isWhitespace }).lowercased() == found.hexadecimal else {
                throw StorageError(
                    .corrupted, during: .read, at: backend.identity.container, key: key,
                    message: "its MD5 is \(found.hexadecimal), and manifest.checksum says otherwise",
                    advice: "take another inventory")
            }
        } catch {
            guard error.kind == .notFound else { throw error }
        }
        manifest = try InventoryManifest(bytes, at: "\(backend.identity.container)/\(key)")
        (self.backend, self.directory) = (backend, directory)
    }

    private static func whole(_ key: ObjectKey, of backend: any Backend) async throws(StorageError) -> [UInt8] {
        let size = try await backend.stat(key, version: nil).size
        guard size <= InventoryManifest.sizeMax else {
            throw StorageError(
                .corrupted, during: .read, at: backend.identity.container, key: key,
                message: "it has \(size) bytes, and no manifest is longer than \(InventoryManifest.sizeMax)")
        }
        let buffer = PartBuffer(capacity: Int(size))
        _ = try await backend.read(key, ReadOptions(), into: buffer)
        return buffer.array
    }

    /// Where a file of the manifest is: as the manifest says, or, where the inventory was moved, in `data/` or beside the
    /// manifest.
    func find(_ file: InventoryManifest.File) async throws(StorageError) -> Entry {
        let slash = file.key.bytes.lastIndex(of: UInt8(ascii: "/"))
        let name = slash.map { file.key.dropFirst($0 + 1) } ?? file.key
        let moved = [ObjectKey("data/").prefixed(by: directory), manifestDirectory].map { name.prefixed(by: $0) }
        for key in [file.key] + moved {
            do throws(StorageError) {
                return try await backend.stat(key, version: nil)
            } catch {
                guard error.kind == .notFound || error.kind == .invalidKey else { throw error }
            }
        }
        throw StorageError(
            .notFound, during: .read, at: backend.identity.container, key: file.key,
            message: "the inventory's manifest names it, and it is not there",
            advice: "the inventory is not complete: take another one")
    }

    /// Every row of every file.
    public func rows() -> InventoryRows { InventoryRows(self) }

    /// The current objects of `bucket` under `prefix`, as unordered listings, each from the beginning.
    /// - Throws: `invalidConfiguration` where the inventory is of another bucket, `unsupported` where it tells too little.
    public func listings(
        of bucket: String, under prefix: ObjectKey
    ) throws(StorageError) -> @Sendable () -> any Listing {
        guard manifest.sourceBucket == bucket else {
            throw StorageError(
                .invalidConfiguration, during: .list, at: bucket,
                message: "the inventory is of the bucket \(manifest.sourceBucket)",
                advice: "name that bucket as the source")
        }
        if let column = manifest.columns.lackingForListing {
            throw StorageError(
                .unsupported, during: .list, at: bucket, message: "the inventory has no column \(column)",
                advice: "have the inventory written with Size, LastModifiedDate and ETag")
        }
        return { InventoryListing(rows(), prefix: prefix) }
    }
}
