// Part of godwit. SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
    internal import Glibc
#endif

/// A file that somebody may change, told by its size, its time and its inode; to be away is a state as any other.
struct WatchedFile: Sendable {
    private struct Mark: Equatable {
        var size, seconds, nanoseconds: Int
        var inode, device: UInt
    }

    let path: String
    private var mark: Mark?

    /// The file as it is now.
    init(_ path: String) {
        self.path = path
        mark = Self.mark(path)
    }

    /// Whether it is another than when this was asked before. Ask first and read then: what is written in between shows the
    /// next time.
    mutating func hasChanged() -> Bool {
        let now = Self.mark(path)
        defer { mark = now }
        return now != mark
    }

    private static func mark(_ path: String) -> Mark? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        return Mark(
            size: Int(status.st_size), seconds: status.st_mtim.tv_sec, nanoseconds: status.st_mtim.tv_nsec,
            inode: UInt(status.st_ino), device: UInt(status.st_dev))
    }
}
