// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// One object, directory or link as a listing or a stat shows it.
public struct Entry: Sendable, Hashable {
    public enum Kind: UInt8, Sendable, Hashable {
        case object
        /// A local directory, or a common prefix of a listing with a delimiter. The key ends in `/`.
        case directory
        /// A symbolic link kept as one (`--links`): its content is the link's target.
        case symbolicLink
        /// What stands for a deletion among the versions of a key; only in listings of all versions.
        case deleteMarker
    }

    /// The key within the backend's container, in full.
    public var key: ObjectKey
    public var kind: Kind
    /// Bytes; 0 for directories.
    public var size: Int64
    /// When the content was last modified, as the owner of the data sees it: a file's mtime, or the time kept in an
    /// object's metadata. Nil where the listing does not show it.
    public var modified: Timestamp?
    /// When the store last wrote the object (S3 LastModified). Nil for files.
    public var written: Timestamp?
    /// The state's tag, for conditions and comparison. For files nil.
    public var tag: VersionTag?
    /// Whether a tag that looks like MD5 may be one: false under SSE-KMS, SSE-C and on stores whose tags are opaque.
    public var tagMayBeDigest: Bool
    /// A file's identity (device, inode, ctime), by which a change during a read shows. Nil for objects.
    public var fileIdentity: FileIdentity?
    /// What few entries of a listing have.
    private var details: Details?

    /// The digest that the entry offers without another request: a proven whole-object checksum first, else its tag
    /// where that may be one (plain or composite MD5).
    public var digest: Checksum? {
        if let proven = checksums.first(where: { $0.parts == nil }) { return proven }
        return tagMayBeDigest ? tag?.lookalike : nil
    }
}

extension Entry {
    // Here, so that the structure keeps its memberwise initializer: one that sets the fields copies them all once more.
    public init(
        key: ObjectKey, kind: Kind = .object, size: Int64, modified: Timestamp? = nil, written: Timestamp? = nil,
        tag: VersionTag? = nil, version: String? = nil, checksums: [Checksum] = [], tagMayBeDigest: Bool = true,
        storageClass: String? = nil, metadata: ObjectMetadata? = nil, archive: ArchiveState? = nil,
        fileIdentity: FileIdentity? = nil
    ) {
        var details: Details?
        // A comparison with nil would copy it.
        let hasMetadata = if case .some = metadata { true } else { false }
        if hasMetadata || version != nil || !checksums.isEmpty || storageClass != nil || archive != nil {
            details = Details(
                Details.Values(
                    version: version, checksums: checksums, storageClass: storageClass, metadata: metadata,
                    archive: archive))
        }
        self.init(
            key: key, kind: kind, size: size, modified: modified, written: written, tag: tag,
            tagMayBeDigest: tagMayBeDigest, fileIdentity: fileIdentity, details: details)
    }

    /// Held apart, so that a page of entries is small: a page ahead is a page in memory. Never changed once it is made,
    /// since copies of the entry share it.
    private final class Details: Sendable, Hashable {
        struct Values: Sendable, Hashable {
            var version: String?
            var checksums: [Checksum] = []
            var storageClass: String?
            var metadata: ObjectMetadata?
            var archive: ArchiveState?
        }

        let values: Values

        init(_ values: Values) { self.values = values }

        static func == (a: Details, b: Details) -> Bool { a === b || a.values == b.values }

        func hash(into hasher: inout Hasher) { hasher.combine(values) }
    }

    /// The version id in a bucket with versions.
    public var version: String? {
        get { details?.values.version }
        set { change { $0.version = newValue } }
    }

    /// Proven digests that the store gave with the entry.
    public var checksums: [Checksum] {
        get { details?.values.checksums ?? [] }
        set { change { $0.checksums = newValue } }
    }

    /// The storage class, where it is not the standard one.
    public var storageClass: String? {
        get { details?.values.storageClass }
        set { change { $0.storageClass = newValue } }
    }

    /// From a stat or a read; nil in listings.
    public var metadata: ObjectMetadata? {
        get { details?.values.metadata }
        set { change { $0.metadata = newValue } }
    }

    /// Whether ``metadata`` is known, told without a copy of it, which a comparison with nil would make.
    public var hasMetadata: Bool {
        if case .some = details?.values.metadata { true } else { false }
    }

    /// Whether it can be read, where the store has archived it; nil: it can, or a listing does not tell.
    public var archive: ArchiveState? {
        get { details?.values.archive }
        set { change { $0.archive = newValue } }
    }

    /// Whether it is known that it cannot be read now.
    public var isArchived: Bool { archive == .archived || archive == .restoring }

    private mutating func change(_ body: (inout Details.Values) -> Void) {
        var values = details?.values ?? Details.Values()
        body(&values)
        details = values == Details.Values() ? nil : Details(values)
    }
}

/// What tells one state of a file from another beyond size and mtime.
public struct FileIdentity: Sendable, Hashable {
    public var device: UInt64
    public var inode: UInt64
    public var changed: Timestamp

    public init(device: UInt64, inode: UInt64, changed: Timestamp) {
        self.device = device
        self.inode = inode
        self.changed = changed
    }
}
