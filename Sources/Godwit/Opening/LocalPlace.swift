// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import StorageModel

#if canImport(Glibc)
    internal import Glibc
#endif

/// Which directory is the root of a local location, and what the location is within it.
enum LocalPlace {
    /// A directory, or what is not there, is a root of its own; a file is an object in its directory.
    static func find(
        _ path: String, _ expecting: Session.Expectation
    ) throws(StorageError) -> (root: String, form: OpenLocation.Form) {
        switch expecting {
        case .prefix: return (path, .prefix(.root))
        case .object:
            if try isDirectory(path) ?? false {
                throw StorageError(
                    .invalidConfiguration, during: .validate, at: path,
                    message: "there is a directory where one file is wanted", advice: "name the file")
            }
            return try file(path)
        case .lookUp:
            let isDirectory = try isDirectory(path)
            return isDirectory ?? true || path.utf8.last == UInt8(ascii: "/") ? (path, .prefix(.root)) : try file(path)
        }
    }

    /// The path of what is at `path`, from the root and without links.
    static func absolute(_ path: String) throws(StorageError) -> String {
        guard let resolved = realpath(path, nil) else {
            let code = errno
            throw StorageError(
                code == ENOENT || code == ENOTDIR ? .notFound : .permissionDenied, during: .stat, at: path,
                message: String(cString: strerror(code)))
        }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    private static func file(_ path: String) throws(StorageError) -> (root: String, form: OpenLocation.Form) {
        let bytes = Array(path.utf8)
        let name = bytes.lastIndex(of: UInt8(ascii: "/")).map { bytes[($0 + 1)...] } ?? bytes[...]
        guard name != [0x2e], name != [0x2e, 0x2e] else {
            throw StorageError(
                .invalidConfiguration, during: .validate, at: path, message: "the location is a directory",
                advice: "name the file")
        }
        let directory = String(decoding: bytes[..<name.startIndex], as: UTF8.self)
        return (directory.isEmpty ? "." : directory, .object(ObjectKey(SharedBytes(Array(name)))))
    }

    /// Whether a directory is there; nil: nothing is.
    private static func isDirectory(_ path: String) throws(StorageError) -> Bool? {
        var status = stat()
        if stat(path, &status) == 0 { return status.st_mode & S_IFMT == S_IFDIR }
        let code = errno
        if code == ENOENT || code == ENOTDIR {
            // A link that leads nowhere is there, all the same.
            return lstat(path, &status) == 0 ? false : nil
        }
        throw StorageError(
            code == EACCES ? .permissionDenied : .invalidConfiguration, during: .stat, at: path,
            message: String(cString: strerror(code)))
    }
}
