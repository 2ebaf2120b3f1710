// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import CLinux
import StorageModel

#if canImport(Glibc)
    import Glibc
#endif

/// A lock on a file that the kernel frees when this goes, or when the process dies: an open-file-description lock, which
/// two openings in one process do not share either.
final class FileLock: Sendable {
    private let file: Int32
    private let path: String

    /// Makes the file if there is none. Nil: another one holds the lock, and this one does not wait.
    static func take(at path: String, waits: Bool) throws(StorageError) -> FileLock? {
        let file = godwit_openat(AT_FDCWD, path, O_RDWR | O_CREAT, 0o600)
        guard file >= 0 else { throw StateDirectory.failure(-file, at: path, doing: "cannot open the lock file") }
        let lock = FileLock(owning: file, at: path)
        while true {
            let result = godwit_lock(file, waits ? 1 : 0)
            if result == 0 { return lock }
            if result == -EAGAIN { return nil }
            if result != -EINTR { throw StateDirectory.failure(-result, at: path, doing: "cannot lock the file") }
        }
    }

    /// Replaces what the file says.
    func write(_ text: String) throws(StorageError) {
        let bytes = Array(text.utf8)
        guard ftruncate(file, 0) == 0, pwrite(file, bytes, bytes.count, 0) == bytes.count else {
            throw StateDirectory.failure(errno, at: path, doing: "cannot write the lock file")
        }
    }

    private init(owning file: Int32, at path: String) {
        self.file = file
        self.path = path
    }

    deinit { close(file) }
}
