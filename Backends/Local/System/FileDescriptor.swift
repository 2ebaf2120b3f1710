// Part of godwit. SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
    import Glibc
#endif

/// An open file that closes when its owner goes.
struct FileDescriptor: ~Copyable {
    let raw: Int32

    init(_ raw: Int32) { self.raw = raw }

    deinit { close(raw) }

    /// Closes and tells whether late errors (a full disk on a network file system) came up.
    consuming func closeChecked() throws(SystemError) {
        let raw = raw
        discard self
        // Linux has closed the file even when close fails; it must not be called again.
        if close(raw) < 0, errno != EINTR { throw SystemError(errno) }
    }

    /// Gives the descriptor away; the caller closes it.
    consuming func release() -> Int32 {
        let raw = raw
        discard self
        return raw
    }

    func status() throws(SystemError) -> FileStatus {
        var raw = stat()
        _ = try systemCall { fstat(self.raw, &raw) }
        return FileStatus(raw)
    }
}

/// A directory that stays open while someone refers to it.
final class DirectoryHandle: Sendable {
    let raw: Int32

    /// Takes over `descriptor`.
    init(owning raw: Int32) { self.raw = raw }

    deinit { close(raw) }
}
