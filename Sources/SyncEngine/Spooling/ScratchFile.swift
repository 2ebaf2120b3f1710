// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

#if canImport(Glibc)
    import Glibc
#endif

/// A temporary file that has no name: it is unlinked as soon as it is open, so that not even a crash leaves it behind.
final class ScratchFile: Sendable {
    private let file: OpenFile
    private let directory: String

    /// Creates the file in `directory`, readable by its owner only.
    init(in directory: String) throws(StorageError) {
        self.directory = directory
        var template = Array("\(directory)/godwit-XXXXXX".utf8CString)
        let descriptor = template.withUnsafeMutableBufferPointer { name -> Int32 in
            guard let base = name.baseAddress else { return -1 }
            let descriptor = mkstemp(base)
            if descriptor >= 0 {
                unlink(base)
                _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
            }
            return descriptor
        }
        guard descriptor >= 0 else { throw Self.error(.last, .write, directory) }
        file = OpenFile(descriptor: descriptor)
    }

    deinit { close(file.descriptor) }

    /// Writes `bytes` at `offset`, all of them.
    func write(_ bytes: [UInt8], at offset: Int64) throws(StorageError) {
        do { try file.write(bytes, at: offset) } catch { throw Self.error(error, .write, directory) }
    }

    /// Exactly `count` bytes from `offset`.
    func read(_ count: Int, at offset: Int64) throws(StorageError) -> [UInt8] {
        let bytes: [UInt8]
        do { bytes = try file.read(count, at: offset) } catch { throw Self.error(error, .read, directory) }
        guard bytes.count == count else { throw Self.error(OpenFile.Failure(code: EIO), .read, directory) }
        return bytes
    }

    private static func error(
        _ failure: OpenFile.Failure, _ operation: StorageError.Operation, _ directory: String
    ) -> StorageError {
        StorageError(
            failure.isForWantOfRoom ? .outOfSpace : .unexpected, during: operation, at: directory,
            message: "temporary file: \(failure.message)", advice: "set TMPDIR to a directory with room")
    }
}
