// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

#if canImport(Glibc)
    import Glibc
#endif

/// An open file that stays (state, plans); closed, and its lock released, with the last reference.
final class NamedFile: Sendable {
    private let descriptor: Int32
    let path: String
    /// What to do when it cannot be written.
    private let advice: String?

    private init(_ descriptor: Int32, _ path: String, advice: String? = nil) {
        self.descriptor = descriptor
        self.path = path
        self.advice = advice
    }

    deinit { close(descriptor) }

    /// The file, to be read; nil when there is none that can be.
    static func existing(_ path: String) -> NamedFile? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        return descriptor < 0 ? nil : NamedFile(descriptor, path)
    }

    /// The file, made where there is none, to be read and written by its owner only. `emptied`: without what is in it.
    /// `advice`: what to do when it cannot be.
    static func writable(
        _ path: String, emptied: Bool = false, advice: String? = nil
    ) throws(StorageError) -> NamedFile {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | (emptied ? O_TRUNC : 0), 0o600)
        guard descriptor >= 0 else { throw error(path, advice) }
        return NamedFile(descriptor, path, advice: advice)
    }

    /// Whether no other process has the file's lock; it is held from now on.
    func lock() -> Bool { flock(descriptor, LOCK_EX | LOCK_NB) == 0 }

    var size: Int64 {
        var status = stat()
        return fstat(descriptor, &status) == 0 ? Int64(status.st_size) : 0
    }

    /// Writes `bytes` at `offset`, all of them.
    func write(_ bytes: [UInt8], at offset: Int64) throws(StorageError) {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { bytes in
                pwrite(descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done, off_t(offset) + done)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw Self.error(path, advice) }
            done += count
        }
    }

    /// At most `count` bytes from `offset`, fewer at the end of the file.
    func read(_ count: Int, at offset: Int64) throws(StateDamage) -> [UInt8] {
        var failed = false
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let got = pread(
                    descriptor, buffer.baseAddress.map { $0 + filled }, count - filled, off_t(offset) + filled)
                if got < 0, errno == EINTR { continue }
                failed = got < 0
                if got <= 0 { return }
                filled += got
            }
        }
        if failed { throw StateDamage() }
        return bytes
    }

    /// Cuts the file to `size` bytes.
    func truncate(to size: Int64) throws(StorageError) {
        guard ftruncate(descriptor, off_t(size)) == 0 else { throw Self.error(path, advice) }
    }

    /// Returns when the file survives a power cut.
    func sync() throws(StorageError) {
        guard fdatasync(descriptor) == 0 else { throw Self.error(path, advice) }
    }

    /// Puts the file in the place of `other`.
    func replace(_ other: String) throws(StorageError) {
        guard rename(path, other) == 0 else { throw Self.error(other, advice) }
    }

    /// Removes the file of that name, if there is one.
    static func remove(_ path: String) { unlink(path) }

    private static func error(_ path: String, _ advice: String?) -> StorageError {
        let code = errno
        return StorageError(
            code == ENOSPC || code == EDQUOT ? .outOfSpace : .unexpected, during: .write, at: path,
            message: String(cString: strerror(code)), advice: advice)
    }
}
