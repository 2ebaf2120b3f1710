// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

#if canImport(Glibc)
    import Glibc
#endif

/// An open file of state; closed, and its lock released, with the last reference.
final class StateFile: Sendable {
    private let descriptor: Int32
    let path: String

    private init(_ descriptor: Int32, _ path: String) {
        self.descriptor = descriptor
        self.path = path
    }

    deinit { close(descriptor) }

    /// The file, to be read; nil when there is none that can be.
    static func existing(_ path: String) -> StateFile? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        return descriptor < 0 ? nil : StateFile(descriptor, path)
    }

    /// The file, made where there is none, to be read and written by its owner only. `emptied`: without what is in it.
    static func writable(_ path: String, emptied: Bool = false) throws(StorageError) -> StateFile {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | (emptied ? O_TRUNC : 0), 0o600)
        guard descriptor >= 0 else { throw error(.write, path) }
        return StateFile(descriptor, path)
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
            guard count > 0 else { throw Self.error(.write, path) }
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
        guard ftruncate(descriptor, off_t(size)) == 0 else { throw Self.error(.write, path) }
    }

    /// Returns when the file survives a power cut.
    func sync() throws(StorageError) {
        guard fdatasync(descriptor) == 0 else { throw Self.error(.write, path) }
    }

    /// Puts the file in the place of `other`.
    func replace(_ other: String) throws(StorageError) {
        guard rename(path, other) == 0 else { throw Self.error(.write, other) }
    }

    /// Removes the file of that name, if there is one.
    static func remove(_ path: String) { unlink(path) }

    private static func error(_ operation: StorageError.Operation, _ path: String) -> StorageError {
        StorageError(
            .unexpected, during: operation, at: path, message: String(cString: strerror(errno)),
            advice: "set XDG_STATE_HOME to a directory that can be written to")
    }
}
