// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import StorageModel

#if canImport(Glibc)
    internal import Glibc
#endif

/// Small files that the user names: rules, sums.
enum TextFile {
    /// The whole text of the file at `path`, of standard input for `-`.
    static func contents(_ path: String) throws(StorageError) -> String {
        let descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(path) }
        defer { if descriptor != STDIN_FILENO { close(descriptor) } }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = read(descriptor, &chunk, chunk.count)
            if count == 0 { break }
            if count > 0 { bytes.append(contentsOf: chunk[..<count]) } else if errno != EINTR { throw failure(path) }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func failure(_ path: String) -> StorageError {
        StorageError(
            .invalidConfiguration, during: .read, at: path, message: String(cString: strerror(errno)))
    }
}
