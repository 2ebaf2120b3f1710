// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

#if canImport(Glibc)
    import Glibc
#endif

/// A temporary file that has no name: it is unlinked as soon as it is open, so that not even a crash leaves it behind.
final class ScratchFile: Sendable {
    private let descriptor: Int32
    private let directory: String

    /// Creates the file in `directory`, readable by its owner only.
    init(in directory: String) throws(StorageError) {
        self.directory = directory
        var template = Array("\(directory)/godwit-XXXXXX".utf8CString)
        descriptor = template.withUnsafeMutableBufferPointer { name -> Int32 in
            guard let base = name.baseAddress else { return -1 }
            let descriptor = mkstemp(base)
            if descriptor >= 0 {
                unlink(base)
                _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
            }
            return descriptor
        }
        guard descriptor >= 0 else { throw Self.error(.write, directory) }
    }

    deinit { close(descriptor) }

    /// Writes `bytes` at `offset`, all of them.
    func write(_ bytes: [UInt8], at offset: Int64) throws(StorageError) {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { bytes in
                pwrite(descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done, off_t(offset) + done)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw Self.error(.write, directory) }
            done += count
        }
    }

    /// Exactly `count` bytes from `offset`.
    func read(_ count: Int, at offset: Int64) throws(StorageError) -> [UInt8] {
        var failed = false
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let got = pread(
                    descriptor, buffer.baseAddress.map { $0 + filled }, count - filled, off_t(offset) + filled)
                if got < 0, errno == EINTR { continue }
                guard got > 0 else {
                    failed = true
                    return
                }
                filled += got
            }
        }
        if failed { throw Self.error(.read, directory) }
        return bytes
    }

    private static func error(_ operation: StorageError.Operation, _ directory: String) -> StorageError {
        let code = errno
        return StorageError(
            code == ENOSPC || code == EDQUOT ? .outOfSpace : .unexpected, during: operation, at: directory,
            message: "temporary file: \(String(cString: strerror(code)))",
            advice: "set TMPDIR to a directory with room")
    }
}
