// Part of godwit. SPDX-License-Identifier: Apache-2.0

public import StorageModel

/// One object, or one of its versions, as an inventory tells of it.
public struct InventoryRow: Sendable, Hashable {
    /// As a listing would give it.
    public var entry: Entry
    /// Whether a read gives this version.
    public var isLatest: Bool
    public var isDeleteMarker: Bool

    /// Why a row says nothing that can be used.
    struct Problem: Error {
        var message: String
        /// The key, where it could be read.
        var key = ObjectKey.root
    }

    init(_ row: CSVRows.Row, of manifest: InventoryManifest) throws(Problem) {
        let columns = manifest.columns
        let fields: [[UInt8]]
        switch row {
        case .fields(let found): fields = found
        case .malformed(let message): throw Problem(message: message)
        }
        guard fields.count == columns.names.count else {
            throw Problem(message: "it has \(fields.count) fields, and the manifest names \(columns.names.count)")
        }
        func text(_ place: Int?) -> String? {
            guard let place, !fields[place].isEmpty else { return nil }
            return String(decoding: fields[place], as: UTF8.self)
        }
        guard let bucket = text(columns.bucket) else { throw Problem(message: "it names no bucket") }
        guard bucket == manifest.sourceBucket else { throw Problem(message: "it is of another bucket") }
        var bytes = fields[columns.key]
        guard let decoded = URLDecoding.decode(&bytes, 0..<bytes.count), !decoded.isEmpty else {
            throw Problem(message: "its key is not URL-encoded")
        }
        let key = ObjectKey(SharedBytes(Array(bytes[decoded])))
        isLatest = text(columns.isLatest)?.lowercased() != "false"
        isDeleteMarker = text(columns.isDeleteMarker)?.lowercased() == "true"
        var size: Int64 = 0
        if !isDeleteMarker, columns.size != nil {
            guard let known = text(columns.size).flatMap({ Int64($0) }), known >= 0 else {
                throw Problem(message: "its size is no number", key: key)
            }
            size = known
        }
        var written: Timestamp?
        if let date = text(columns.modified) {
            guard let time = Timestamp(rfc3339: date.utf8) else {
                throw Problem(message: "its LastModifiedDate is no time", key: key)
            }
            written = time
        }
        let storageClass = text(columns.storageClass).flatMap { $0 == "STANDARD" ? nil : $0 }
        entry = Entry(
            key: key, kind: isDeleteMarker ? .deleteMarker : .object, size: size, written: written,
            tag: text(columns.tag).map { VersionTag($0) }, version: text(columns.version),
            tagMayBeDigest: Self.mayBeDigest(text(columns.encryption)), storageClass: storageClass)
    }

    /// Under KMS and keys of the customer's an ETag is no digest; nobody says, so it may be one.
    private static func mayBeDigest(_ encryption: String?) -> Bool {
        encryption.map { $0 == "SSE-S3" || $0 == "NOT-SSE" } ?? true
    }
}
