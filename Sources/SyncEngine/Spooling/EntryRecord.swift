// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

/// The bytes of a listed entry in a spool. Metadata is left out: listings have none.
enum EntryRecord {
    private struct Fields: OptionSet {
        let rawValue: UInt8
        static let modified = Fields(rawValue: 1)
        static let written = Fields(rawValue: 2)
        static let tag = Fields(rawValue: 4)
        static let version = Fields(rawValue: 8)
        static let checksums = Fields(rawValue: 16)
        static let tagMayBeDigest = Fields(rawValue: 32)
        static let storageClass = Fields(rawValue: 64)
        static let identity = Fields(rawValue: 128)
    }

    /// Appends `entry`, its key first.
    static func encode(_ entry: Entry, into bytes: inout [UInt8]) {
        bytes.append(data: entry.key.bytes)
        encodeFacts(of: entry, into: &bytes)
    }

    /// Appends everything but the key.
    static func encodeFacts(of entry: Entry, into bytes: inout [UInt8]) {
        var fields: Fields = entry.tagMayBeDigest ? .tagMayBeDigest : []
        if entry.modified != nil { fields.insert(.modified) }
        if entry.written != nil { fields.insert(.written) }
        if entry.tag != nil { fields.insert(.tag) }
        if entry.version != nil { fields.insert(.version) }
        if !entry.checksums.isEmpty { fields.insert(.checksums) }
        if entry.storageClass != nil { fields.insert(.storageClass) }
        if entry.fileIdentity != nil { fields.insert(.identity) }
        bytes.append(fields.rawValue)
        bytes.append(entry.kind.rawValue)
        bytes.append(signed: entry.size)
        if let time = entry.modified { encode(time, into: &bytes) }
        if let time = entry.written { encode(time, into: &bytes) }
        if let tag = entry.tag { bytes.append(data: tag.bytes) }
        if let version = entry.version { bytes.append(data: SharedBytes(version)) }
        if !entry.checksums.isEmpty {
            bytes.append(number: UInt64(entry.checksums.count))
            for checksum in entry.checksums { encode(checksum, into: &bytes) }
        }
        if let name = entry.storageClass { bytes.append(data: SharedBytes(name)) }
        if let identity = entry.fileIdentity {
            bytes.append(number: identity.device)
            bytes.append(number: identity.inode)
            encode(identity.changed, into: &bytes)
        }
    }

    /// Reads one entry; its key and tag share the cursor's buffer.
    static func decode(_ cursor: inout ByteCursor) -> Entry {
        let key = ObjectKey(cursor.data())
        return decodeFacts(of: key, &cursor)
    }

    /// Reads what `encodeFacts` wrote.
    static func decodeFacts(of key: ObjectKey, _ cursor: inout ByteCursor) -> Entry {
        let fields = Fields(rawValue: cursor.byte())
        let kind = Entry.Kind(rawValue: cursor.byte()) ?? .object
        var entry = Entry(
            key: key, kind: kind, size: cursor.signed(), tagMayBeDigest: fields.contains(.tagMayBeDigest))
        if fields.contains(.modified) { entry.modified = time(&cursor) }
        if fields.contains(.written) { entry.written = time(&cursor) }
        if fields.contains(.tag) { entry.tag = VersionTag(cursor.data()) }
        if fields.contains(.version) { entry.version = cursor.data().text }
        if fields.contains(.checksums) {
            entry.checksums = (0..<Int(cursor.number())).compactMap { _ in checksum(&cursor) }
        }
        if fields.contains(.storageClass) { entry.storageClass = cursor.data().text }
        if fields.contains(.identity) {
            let device = cursor.number(), inode = cursor.number()
            entry.fileIdentity = FileIdentity(device: device, inode: inode, changed: time(&cursor))
        }
        return entry
    }

    private static func encode(_ time: Timestamp, into bytes: inout [UInt8]) {
        bytes.append(signed: time.seconds)
        bytes.append(number: UInt64(time.nanoseconds))
    }

    private static func time(_ cursor: inout ByteCursor) -> Timestamp {
        let seconds = cursor.signed()
        return Timestamp(seconds: seconds, nanoseconds: UInt32(cursor.number()))
    }

    private static func encode(_ checksum: Checksum, into bytes: inout [UInt8]) {
        bytes.append(UInt8(ChecksumAlgorithm.allCases.firstIndex(of: checksum.algorithm) ?? 0))
        bytes.append(number: UInt64(checksum.parts ?? 0))
        bytes.append(data: SharedBytes(checksum.bytes))
    }

    private static func checksum(_ cursor: inout ByteCursor) -> Checksum? {
        let algorithm = ChecksumAlgorithm.allCases[Int(cursor.byte())]
        let parts = Int(cursor.number())
        let bytes = cursor.data().array
        return bytes.count == algorithm.length ? Checksum(algorithm, bytes, parts: parts > 0 ? parts : nil) : nil
    }
}
