// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import StorageModel

#if canImport(Glibc)
    internal import Glibc
#endif

/// Small files with keys and tokens.
enum CredentialFile {
    private static let limit = 1 << 20

    /// What the file at `path` holds; nil when there is none.
    static func contents(_ path: String) throws(StorageError) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw failure(path, "cannot be opened: \(String(cString: strerror(errno)))")
        }
        defer { close(descriptor) }
        var bytes = [UInt8]()
        while bytes.count <= limit {
            var problem: Int32 = 0
            let piece = [UInt8](unsafeUninitializedCapacity: 16384) { piece, count in
                let received = Glibc.read(descriptor, piece.baseAddress, piece.count)
                if received < 0 { problem = errno }
                count = max(0, received)
            }
            if problem == EINTR { continue }
            guard problem == 0 else {
                throw failure(path, "cannot be read: \(String(cString: strerror(problem)))")
            }
            if piece.isEmpty { return bytes }
            bytes += piece
        }
        throw failure(path, "is longer than \(limit) bytes")
    }

    /// The one token in the file at `path`, without the line's end.
    static func token(_ path: String) throws(StorageError) -> String {
        guard let bytes = try contents(path) else { throw failure(path, "is not there") }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw failure(path, "is not UTF-8 text") }
        return String(text.drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
    }

    static func failure(_ path: String, _ message: String) -> StorageError {
        StorageError(.invalidConfiguration, during: .connect, at: path, message: "the file \(message)")
    }
}
