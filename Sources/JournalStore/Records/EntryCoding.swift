// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

/// The form in which the journal keeps an entry, whole.
enum EntryCoding {
    private static let version: UInt8 = 1

    private struct Fields: OptionSet {
        let rawValue: UInt64
        static let modified = Fields(rawValue: 1)
        static let written = Fields(rawValue: 2)
        static let tag = Fields(rawValue: 4)
        static let version = Fields(rawValue: 8)
        static let tagMayBeDigest = Fields(rawValue: 16)
        static let storageClass = Fields(rawValue: 32)
        static let metadata = Fields(rawValue: 64)
        static let identity = Fields(rawValue: 128)
        static let all = Fields(rawValue: 255)
    }

    static func encode(_ entry: Entry) -> [UInt8] {
        var fields: Fields = entry.tagMayBeDigest ? .tagMayBeDigest : []
        if entry.modified != nil { fields.insert(.modified) }
        if entry.written != nil { fields.insert(.written) }
        if entry.tag != nil { fields.insert(.tag) }
        if entry.version != nil { fields.insert(.version) }
        if entry.storageClass != nil { fields.insert(.storageClass) }
        if entry.hasMetadata { fields.insert(.metadata) }
        if entry.fileIdentity != nil { fields.insert(.identity) }
        var record = RecordWriter(version: version)
        record.append(number: fields.rawValue)
        record.append(data: entry.key.bytes)
        record.append(entry.kind.rawValue)
        record.append(signed: entry.size)
        if let time = entry.modified { record.append(time: time) }
        if let time = entry.written { record.append(time: time) }
        if let tag = entry.tag { record.append(data: tag.bytes) }
        if let version = entry.version { record.append(text: version) }
        if let name = entry.storageClass { record.append(text: name) }
        record.append(number: UInt64(entry.checksums.count))
        for checksum in entry.checksums { record.append(checksum: checksum) }
        if let metadata = entry.metadata { append(metadata, to: &record) }
        if let identity = entry.fileIdentity {
            record.append(number: identity.device)
            record.append(number: identity.inode)
            record.append(time: identity.changed)
        }
        return record.bytes
    }

    static func decode(_ bytes: [UInt8]) throws(DamagedRecord) -> Entry {
        var record = try RecordReader(bytes, version: version)
        let fields = Fields(rawValue: try record.number())
        guard fields.isSubset(of: .all) else { throw DamagedRecord("an entry with unknown fields") }
        let key = ObjectKey(try record.data())
        guard let kind = Entry.Kind(rawValue: try record.byte()) else {
            throw DamagedRecord("an entry of an unknown kind")
        }
        var entry = Entry(
            key: key, kind: kind, size: try record.signed(), tagMayBeDigest: fields.contains(.tagMayBeDigest))
        if fields.contains(.modified) { entry.modified = try record.time() }
        if fields.contains(.written) { entry.written = try record.time() }
        if fields.contains(.tag) { entry.tag = VersionTag(try record.data()) }
        if fields.contains(.version) { entry.version = try record.text() }
        if fields.contains(.storageClass) { entry.storageClass = try record.text() }
        for _ in 0..<(try record.count()) { entry.checksums.append(try record.checksum()) }
        if fields.contains(.metadata) { entry.metadata = try metadata(&record) }
        if fields.contains(.identity) {
            let device = try record.number(), inode = try record.number()
            entry.fileIdentity = FileIdentity(device: device, inode: inode, changed: try record.time())
        }
        try record.finish()
        return entry
    }

    private static var metadataFields: [WritableKeyPath<ObjectMetadata, String?>] {
        [
            \.contentType, \.cacheControl, \.contentDisposition, \.contentEncoding, \.contentLanguage, \.expires,
            \.websiteRedirect,
        ]
    }

    private static func append(_ metadata: ObjectMetadata, to record: inout RecordWriter) {
        for field in metadataFields {
            record.append(optional: metadata[keyPath: field]) { $0.append(text: $1) }
        }
        record.append(number: UInt64(metadata.user.count))
        for field in metadata.user {
            record.append(text: field.name)
            record.append(text: field.value)
        }
    }

    private static func metadata(_ record: inout RecordReader) throws(DamagedRecord) -> ObjectMetadata {
        var metadata = ObjectMetadata()
        for field in metadataFields {
            metadata[keyPath: field] = try record.optional { (reader) throws(DamagedRecord) in try reader.text() }
        }
        for _ in 0..<(try record.count()) {
            let name = try record.text()
            metadata.user.append(ObjectMetadata.UserField(name: name, value: try record.text()))
        }
        return metadata
    }
}
