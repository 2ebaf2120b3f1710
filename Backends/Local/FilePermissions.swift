// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

#if canImport(Glibc)
    import Glibc
#endif

/// A file's mode, owner and group as user metadata, by rclone's names: `mode` in octal digits, `uid`, `gid`.
enum FilePermissions {
    static let names: Set<String> = ["mode", "uid", "gid"]

    static func add(_ raw: stat, to metadata: inout ObjectMetadata) {
        metadata.set("mode", "0" + String(raw.st_mode, radix: 8))
        metadata.set("uid", String(raw.st_uid))
        metadata.set("gid", String(raw.st_gid))
    }

    /// Gives the file what `metadata` says of these.
    static func apply(_ metadata: ObjectMetadata, to file: Int32) throws(SystemError) {
        func value(_ name: String, radix: Int = 10) -> UInt32? {
            metadata.user.first { $0.name == name }.flatMap { UInt32($0.value, radix: radix) }
        }
        var raw = stat()
        _ = try systemCall { fstat(file, &raw) }
        let owner = value("uid") ?? raw.st_uid, group = value("gid") ?? raw.st_gid
        // Before the mode: a new owner takes the bits off that act in his name.
        if owner != raw.st_uid || group != raw.st_gid { _ = try systemCall { fchown(file, owner, group) } }
        if let mode = value("mode", radix: 8) { _ = try systemCall { fchmod(file, mode & 0o7777) } }
    }
}
