// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import StorageModel

#if canImport(Glibc)
    internal import Glibc
#endif

/// Files that the user names: rules, sums, names.
enum TextFile {
    /// The whole text of the file at `path`, of standard input for `-`.
    static func contents(_ path: String) throws(StorageError) -> String {
        var bytes: [UInt8] = []
        try read(path) { bytes.append(contentsOf: $0) }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Calls `body` with one piece after another of the file at `path`, of standard input for `-`.
    static func read(
        _ path: String, _ body: (UnsafeRawBufferPointer) throws(StorageError) -> Void
    ) throws(StorageError) {
        let descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(path) }
        defer { if descriptor != STDIN_FILENO { close(descriptor) } }
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count == 0 { return }
            if count > 0 {
                try chunk.withUnsafeBufferPointer { (chunk) throws(StorageError) in
                    try body(UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: chunk[..<count])))
                }
            } else if errno != EINTR {
                throw failure(path)
            }
        }
    }

    private static func failure(_ path: String) -> StorageError {
        StorageError(
            .invalidConfiguration, during: .read, at: path, message: String(cString: strerror(errno)))
    }
}
