// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

#if canImport(Glibc)
    import Glibc
#endif

/// The directory of what godwit keeps for itself, readable by its owner only.
enum StateDirectory {
    /// Makes the directory and those above it where they are missing.
    static func make(_ path: String) throws(StorageError) {
        var end = path.startIndex
        while end < path.endIndex {
            end = path[end...].dropFirst().firstIndex(of: "/") ?? path.endIndex
            let part = String(path[..<end])
            guard mkdir(part, 0o700) != 0 else { continue }
            let code = errno
            // Above the last one, directories may exist that can only be passed through.
            if code == EEXIST || (end < path.endIndex && access(part, X_OK) == 0) { continue }
            throw failure(code, at: part, doing: "cannot make the directory")
        }
    }

    /// What the system answered, as an error that says what next.
    static func failure(_ code: Int32, at path: String, doing what: String) -> StorageError {
        let kind: StorageError.Kind =
            switch code {
            case EACCES, EPERM, EROFS: .permissionDenied
            case ENOSPC, EDQUOT, EFBIG: .outOfSpace
            case ENOENT, ENOTDIR: .notFound
            default: .unexpected
            }
        // strerror keeps its text in thread-local storage in every C library that this runs on.
        let reason = strerror(code).map { String(cString: $0) } ?? "error \(code)"
        return StorageError(
            kind, during: .write, at: path, message: "\(what): \(reason)",
            advice: "make the directory writable, or name another one in XDG_STATE_HOME")
    }
}
