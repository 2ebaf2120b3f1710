// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// How to read an object.
public struct ReadOptions: Sendable, Hashable {
    /// The bytes to read; nil: all.
    public var range: Range<Int64>?
    /// Fails with `preconditionFailed` unless the object still has this tag.
    public var ifMatch: VersionTag?
    public var version: String?
    /// For files: fails with `preconditionFailed` unless the file is still this one, before and after the read.
    public var ifIdentity: Entry?
    /// Whether the digests are asked for that the store keeps of the whole.
    public var wantsChecksums: Bool

    public init(
        range: Range<Int64>? = nil, ifMatch: VersionTag? = nil, version: String? = nil, ifIdentity: Entry? = nil,
        wantsChecksums: Bool = true
    ) {
        self.range = range
        self.ifMatch = ifMatch
        self.version = version
        self.ifIdentity = ifIdentity
        self.wantsChecksums = wantsChecksums
    }
}

/// What a write must find at the target.
public enum Precondition: Sendable, Hashable {
    case absent
    case matches(VersionTag)
}

/// How to write an object.
public struct WriteOptions: Sendable, Hashable {
    public var metadata: ObjectMetadata
    /// The modification time to keep with the object.
    public var modified: Timestamp?
    public var precondition: Precondition?
    /// For files, which have no tags to make a condition of: fails with `preconditionFailed` unless the file that is
    /// replaced is still this one, in the moment before.
    public var replaced: FileIdentity?
    /// A digest of the whole content that must hold before the object becomes visible.
    public var expected: Checksum?
    public var storageClass: String?
    /// Whether the object is to be like the one it is a copy of, whatever class and access list the settings give to new
    /// ones.
    public var isExact: Bool
    /// Whether the parts of an upload are digested where that is not the store's own business, so that a later process
    /// can tell that they are there.
    public var digestsParts = true
    /// Whether a server-side copy takes the source's system headers and user metadata (false) or those here (true). Lock,
    /// access list and redirect are always those here.
    public var replacesMetadata: Bool
    /// Whether a server-side copy takes the source's tags (false) or the tags here (true).
    public var replacesTags = false
    /// Write a symbolic link whose target is the content, where the store has links.
    public var isSymbolicLink: Bool

    public init(
        metadata: ObjectMetadata = ObjectMetadata(), modified: Timestamp? = nil, precondition: Precondition? = nil,
        expected: Checksum? = nil, storageClass: String? = nil, isExact: Bool = false, replacesMetadata: Bool = false,
        isSymbolicLink: Bool = false
    ) {
        self.metadata = metadata
        self.modified = modified
        self.precondition = precondition
        self.expected = expected
        self.storageClass = storageClass
        self.isExact = isExact
        self.replacesMetadata = replacesMetadata
        self.isSymbolicLink = isSymbolicLink
    }
}

/// One object to delete.
public struct Deletion: Sendable, Hashable {
    public var key: ObjectKey
    public var version: String?
    /// Delete only if the object still has this tag, where the store honours it.
    public var ifMatch: VersionTag?
    /// Whether it is made for the delete marker that it leaves: a second one would be another event of the key's history,
    /// so that after a lost answer (`outcomeUnknown`) nothing is sent again.
    public var isForMarker = false

    public init(key: ObjectKey, version: String? = nil, ifMatch: VersionTag? = nil) {
        self.key = key
        self.version = version
        self.ifMatch = ifMatch
    }
}

/// What became of one deletion: nil error when the object is gone.
public struct DeleteOutcome: Sendable {
    public var key: ObjectKey
    public var error: StorageError?
    /// The version id of the delete marker that stands for it now, where the store told.
    public var marker: String?

    public init(key: ObjectKey, error: StorageError? = nil, marker: String? = nil) {
        self.key = key
        self.error = error
        self.marker = marker
    }
}
