// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

#if canImport(Glibc)
    import Glibc
#endif

/// What a stat call tells of a file.
struct FileStatus: Sendable {
    enum Kind: Sendable { case file, directory, symbolicLink, special }

    let kind: Kind
    let size: Int64
    let modified: Timestamp
    let identity: FileIdentity
    /// How many names the file has.
    let links: UInt64
    let owner: uid_t

    init(_ raw: stat) {
        kind =
            switch raw.st_mode & S_IFMT {
            case S_IFREG: .file
            case S_IFDIR: .directory
            case S_IFLNK: .symbolicLink
            default: .special
            }
        size = Int64(raw.st_size)
        modified = Timestamp(raw.st_mtim)
        identity = FileIdentity(
            device: UInt64(raw.st_dev), inode: UInt64(raw.st_ino), changed: Timestamp(raw.st_ctim))
        links = UInt64(raw.st_nlink)
        owner = raw.st_uid
    }

    /// The status of `name` within `directory`.
    init(of name: UnsafePointer<CChar>, in directory: Int32, follows: Bool) throws(SystemError) {
        var raw = stat()
        _ = try systemCall { fstatat(directory, name, &raw, follows ? 0 : AT_SYMLINK_NOFOLLOW) }
        self.init(raw)
    }

    func entry(_ key: ObjectKey, _ kind: Entry.Kind = .object) -> Entry {
        Entry(
            key: key, kind: kind, size: kind == .directory ? 0 : size, modified: modified, fileIdentity: identity)
    }

    /// Whether this is still the file that `entry` describes, as far as the entry tells.
    func matches(_ entry: Entry) -> Bool {
        size == entry.size && (entry.modified == nil || entry.modified == modified)
            && (entry.fileIdentity == nil || entry.fileIdentity == identity)
    }
}

extension Timestamp {
    init(_ raw: timespec) {
        self.init(seconds: Int64(raw.tv_sec), nanoseconds: UInt32(raw.tv_nsec))
    }

    var raw: timespec { timespec(tv_sec: Int(seconds), tv_nsec: Int(nanoseconds)) }
}
