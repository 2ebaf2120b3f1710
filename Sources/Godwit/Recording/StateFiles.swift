// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import Digests
internal import StorageModel

#if canImport(Glibc)
    internal import Glibc
#endif

/// The files that hold the state of pairs of locations, one a pair.
enum StateFiles {
    /// The file of a pair, in a directory that is made where it is missing. The name is made of the identities of both, so
    /// that no location's name is in it. `isFresh`: what earlier runs left in it is dropped.
    static func path(in directory: String, of pair: String, isFresh: Bool) -> String {
        mkdir(directory + "/state", 0o700)
        let path = path(in: directory, of: pair)
        if isFresh { for name in [path, path + ".log"] { unlink(name) } }
        return path
    }

    private static func path(in directory: String, of pair: String) -> String {
        let name = Checksum(.sha256, Digest.of(Array(pair.utf8), .sha256)).hexadecimal.prefix(32)
        return "\(directory)/state/\(name)"
    }

    /// Removes the files that were not used for the longest time until all together have at most `bytesMax` bytes; that of
    /// the run at hand, `file`, goes last.
    static func bound(in directory: String, besides file: String?, bytesMax: Int64) {
        let directory = directory + "/state"
        var files = names(in: directory).compactMap { name -> (path: String, size: Int64, used: Timestamp)? in
            let path = "\(directory)/\(name)"
            var status = stat()
            guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
            let time = status.st_mtim
            return (
                path, Int64(status.st_size),
                Timestamp(seconds: Int64(time.tv_sec), nanoseconds: UInt32(time.tv_nsec))
            )
        }
        files.sort { a, b in
            let (mine, theirs) = (file.map(a.path.hasPrefix) ?? false, file.map(b.path.hasPrefix) ?? false)
            return mine == theirs ? a.used < b.used : theirs
        }
        var total = files.reduce(0) { $0 + $1.size }
        for candidate in files where total > bytesMax {
            if unlink(candidate.path) == 0 { total -= candidate.size }
        }
    }

    private static func names(in directory: String) -> [String] {
        guard let stream = opendir(directory) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let record = readdir(stream) {
            let name = withUnsafePointer(to: &record.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }
}
