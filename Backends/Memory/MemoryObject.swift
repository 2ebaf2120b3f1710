// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

/// One object as the store holds it.
struct MemoryObject: Sendable {
    var content: [UInt8]
    var tag: VersionTag
    var modified: Timestamp?
    var written: Timestamp
    var metadata: ObjectMetadata
    var storageClass: String?
    /// Where the store plays a file system.
    var identity: FileIdentity?
    /// Where it keeps versions.
    var version: String?
    /// Where its class is one of an archive.
    var archive: Archive?

    /// How far an archived object is from being readable.
    enum Archive: Sendable {
        case archived
        /// It can be read after so many more looks at it.
        case restoring(looks: Int)
        case restored
    }

    /// The state as it is shown.
    var archiveState: ArchiveState? {
        switch archive {
        case nil: nil
        case .archived: .archived
        case .restoring: .restoring
        case .restored: .restored(until: nil)
        }
    }

    /// The object as a stat shows it.
    func entry(_ key: ObjectKey) -> Entry {
        Entry(
            key: key, size: Int64(content.count), modified: modified, written: identity == nil ? written : nil,
            tag: identity == nil ? tag : nil, version: version, storageClass: storageClass, metadata: metadata,
            archive: archiveState, fileIdentity: identity)
    }

    /// The object as a listing shows it.
    func listed(_ key: ObjectKey, showsModified: Bool, showsArchive: Bool = false) -> Entry {
        Entry(
            key: key, size: Int64(content.count), modified: showsModified ? modified : nil,
            written: identity == nil ? written : nil, tag: identity == nil ? tag : nil, storageClass: storageClass,
            archive: showsArchive ? archiveState : nil, fileIdentity: identity)
    }
}

/// A multipart upload that was begun.
struct MemoryUpload: Sendable {
    var key: ObjectKey
    var begun: Timestamp
    var parts: [Int: Part] = [:]

    struct Part: Sendable {
        var content: [UInt8]
        var tag: VersionTag
    }
}
