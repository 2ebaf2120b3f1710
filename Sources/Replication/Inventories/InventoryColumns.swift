// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// Where in a row of an inventory each value is, by the manifest's `fileSchema`
/// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-inventory.html#storage-inventory-contents).
public struct InventoryColumns: Sendable, Hashable {
    public let names: [String]
    let bucket: Int
    let key: Int
    let version: Int?
    let isLatest: Int?
    let isDeleteMarker: Int?
    let size: Int?
    let modified: Int?
    let tag: Int?
    let storageClass: Int?
    let encryption: Int?

    /// A column that a listing cannot do without and that the inventory lacks: by these objects are compared, and read on
    /// condition that they are what was compared.
    var lackingForListing: String? {
        [("Size", size), ("LastModifiedDate", modified), ("ETag", tag)].first { $0.1 == nil }?.0
    }

    /// Nil unless `schema` names a bucket and a key.
    init?(schema: String) {
        let names = schema.split(separator: ",").map { String($0.trimmingPrefix { $0 == " " }) }
        func place(_ name: String) -> Int? { names.firstIndex { $0.lowercased() == name.lowercased() } }
        guard let bucket = place("Bucket"), let key = place("Key") else { return nil }
        (self.names, self.bucket, self.key) = (names, bucket, key)
        (version, isLatest, isDeleteMarker) = (place("VersionId"), place("IsLatest"), place("IsDeleteMarker"))
        (size, modified, tag) = (place("Size"), place("LastModifiedDate"), place("ETag"))
        (storageClass, encryption) = (place("StorageClass"), place("EncryptionStatus"))
    }
}
