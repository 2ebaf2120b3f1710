// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

#if canImport(Glibc)
    import Glibc
#endif

/// An open file that stays (state, plans); closed, and its lock released, with the last reference.
final class NamedFile: Sendable {
    private let file: OpenFile
    let path: String
    /// What to do when it cannot be written.
    private let advice: String?

    private init(_ descriptor: Int32, _ path: String, advice: String? = nil) {
        file = OpenFile(descriptor: descriptor)
        self.path = path
        self.advice = advice
    }

    deinit { close(file.descriptor) }

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
        guard descriptor >= 0 else { throw error(.last, path, advice) }
        return NamedFile(descriptor, path, advice: advice)
    }

    /// Whether no other process has the file's lock; it is held from now on.
    func lock() -> Bool { flock(file.descriptor, LOCK_EX | LOCK_NB) == 0 }

    var size: Int64 {
        var status = stat()
        return fstat(file.descriptor, &status) == 0 ? Int64(status.st_size) : 0
    }

    /// Writes `bytes` at `offset`, all of them.
    func write(_ bytes: [UInt8], at offset: Int64) throws(StorageError) {
        do { try file.write(bytes, at: offset) } catch { throw Self.error(error, path, advice) }
    }

    /// At most `count` bytes from `offset`, fewer at the end of the file.
    func read(_ count: Int, at offset: Int64) throws(StateDamage) -> [UInt8] {
        do { return try file.read(count, at: offset) } catch { throw StateDamage() }
    }

    /// Cuts the file to `size` bytes.
    func truncate(to size: Int64) throws(StorageError) {
        guard ftruncate(file.descriptor, off_t(size)) == 0 else { throw Self.error(.last, path, advice) }
    }

    /// Returns when the file survives a power cut.
    func sync() throws(StorageError) {
        guard fdatasync(file.descriptor) == 0 else { throw Self.error(.last, path, advice) }
    }

    /// Puts the file in the place of `other`.
    func replace(_ other: String) throws(StorageError) {
        guard rename(path, other) == 0 else { throw Self.error(.last, other, advice) }
    }

    /// Removes the file of that name, if there is one.
    static func remove(_ path: String) { unlink(path) }

    private static func error(_ failure: OpenFile.Failure, _ path: String, _ advice: String?) -> StorageError {
        StorageError(
            failure.isForWantOfRoom ? .outOfSpace : .unexpected, during: .write, at: path, message: failure.message,
            advice: advice)
    }
}
