// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

/// The states of a source and a target as bytes: equal bytes, equal states. They are compared, never read.
///
/// A file is told by size, mtime, ctime, inode and device; an object by tag, size and the time of its writing. The
/// answer to a write does not say that time; there the tag must be a digest, which is the same for the same content.
enum PairProof {
    private enum Form: UInt8 { case file = 1, object, digest }

    /// Times within so many seconds of a run's start may be those of a file that is still being written.
    static let quiet: Int64 = 2

    /// The two states, written behind the bytes that are there; false, with `bytes` spoilt, where a side cannot be told
    /// from its other states. Files that changed after `before` cannot.
    static func encode(
        _ source: Entry, _ target: Entry, targetByDigest: Bool, before: Timestamp, into bytes: inout [UInt8]
    ) -> Bool {
        guard source.kind == .object, target.kind == .object, source.size == target.size else { return false }
        bytes.append(targetByDigest ? 1 : 0)
        bytes.append(wide: UInt64(bitPattern: source.size))
        return encode(source, byDigest: false, before, &bytes)
            && encode(target, byDigest: targetByDigest, before, &bytes)
    }

    /// Whether `proof` is about the target's digest.
    static func isByDigest(_ proof: UnsafeRawBufferPointer) -> Bool { proof.first == 1 }

    /// Whether the tag of an object that was just written is a digest of its content.
    static func hasDigest(_ written: Entry) -> Bool {
        guard written.fileIdentity == nil, written.tagMayBeDigest, let tag = written.tag else { return false }
        return TagShape(tag) != .opaque
    }

    private static func encode(
        _ entry: Entry, byDigest: Bool, _ before: Timestamp, _ bytes: inout [UInt8]
    ) -> Bool {
        if let identity = entry.fileIdentity {
            guard let modified = entry.modified, modified <= before, identity.changed <= before else { return false }
            bytes.append(Form.file.rawValue)
            // One append, not five: every pair of a listing passes here.
            withUnsafeBytes(
                of: (
                    modified.seconds.littleEndian, UInt64(modified.nanoseconds).littleEndian,
                    identity.changed.seconds.littleEndian, UInt64(identity.changed.nanoseconds).littleEndian,
                    identity.inode.littleEndian, identity.device.littleEndian
                )
            ) { bytes.append(contentsOf: $0) }
            return true
        }
        guard let tag = entry.tag, !tag.bytes.isEmpty else { return false }
        bytes.append(byDigest ? Form.digest.rawValue : Form.object.rawValue)
        bytes.append(data: tag.bytes)
        if byDigest { return true }
        guard let written = entry.written else { return false }
        bytes.append(wide: UInt64(bitPattern: written.seconds))
        bytes.append(wide: UInt64(written.nanoseconds))
        return true
    }
}

extension [UInt8] {
    fileprivate mutating func append(wide value: UInt64) {
        Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
    }
}
