// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc

/// The regular files under a directory, by the bytes of their relative paths: file names are bytes, and Swift's strings
/// would hold NFC and NFD forms of one name for equal.
struct FileTree: Equatable {
    struct File: Equatable {
        var content: Data
        /// Nanoseconds since 1970.
        var modified: Int64
    }

    var files: [[UInt8]: File] = [:]

    init() {}

    /// Reads the tree at `root`. Links are not followed.
    init(reading root: String) throws {
        try read(root, under: [])
    }

    private mutating func read(_ root: String, under prefix: [UInt8]) throws {
        let path = Array(root.utf8) + (prefix.isEmpty ? [] : [0x2f]) + prefix
        guard let directory = Self.withPath(path, { opendir($0) }) else { throw Self.failure("opendir", path) }
        defer { closedir(directory) }
        while let item = readdir(directory) {
            let name = withUnsafeBytes(of: &item.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
            if name == [0x2e] || name == [0x2e, 0x2e] { continue }
            let relative = prefix + (prefix.isEmpty ? [] : [0x2f]) + name
            let whole = Array(root.utf8) + [0x2f] + relative
            var status = stat()
            guard Self.withPath(whole, { lstat($0, &status) }) == 0 else { throw Self.failure("lstat", whole) }
            switch status.st_mode & S_IFMT {
            case S_IFDIR: try read(root, under: relative)
            case S_IFREG:
                files[relative] = File(
                    content: try Self.content(of: whole),
                    modified: Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec))
            default: break
            }
        }
    }

    /// Writes every file under `root`, making directories.
    func write(to root: String) throws {
        for (path, file) in files { try Self.write(file, at: Array(root.utf8) + [0x2f] + path) }
    }

    static func write(_ file: File, at path: [UInt8]) throws {
        for index in path.indices.dropFirst() where path[index] == 0x2f {
            _ = withPath(Array(path[..<index])) { mkdir($0, 0o755) }
        }
        let descriptor = withPath(path) { open($0, O_WRONLY | O_CREAT | O_TRUNC, 0o644) }
        guard descriptor >= 0 else { throw failure("open", path) }
        defer { close(descriptor) }
        var offset = 0
        while offset < file.content.count {
            let count = file.content.withUnsafeBytes { bytes in
                Glibc.write(descriptor, bytes.baseAddress.map { $0 + offset }, bytes.count - offset)
            }
            guard count > 0 else { throw failure("write", path) }
            offset += count
        }
        let time = timespec(tv_sec: Int(file.modified / 1_000_000_000), tv_nsec: Int(file.modified % 1_000_000_000))
        guard futimens(descriptor, [time, time]) == 0 else { throw failure("futimens", path) }
    }

    private static func content(of path: [UInt8]) throws -> Data {
        let descriptor = withPath(path) { open($0, O_RDONLY) }
        guard descriptor >= 0 else { throw failure("open", path) }
        return try FileHandle(fileDescriptor: descriptor, closeOnDealloc: true).readToEnd() ?? Data()
    }

    private static func withPath<Result>(_ path: [UInt8], _ body: (UnsafePointer<CChar>) -> Result) -> Result {
        body((path + [0]).map(CChar.init(bitPattern:)))
    }

    private static func failure(_ call: String, _ path: [UInt8]) -> ChildProcess.Failure {
        .init(description: "\(call) \(String(decoding: path, as: UTF8.self)): \(String(cString: strerror(errno)))")
    }

    /// The first ways in which `other` differs, in words; empty when paths, bytes and times are equal.
    func differences(from other: FileTree, withinNanoseconds tolerance: Int64 = 0) -> [String] {
        var found: [String] = []
        for (path, file) in files {
            let name = String(decoding: path, as: UTF8.self).debugDescription
            guard let twin = other.files[path] else {
                found.append("missing \(name)")
                continue
            }
            if twin.content != file.content { found.append("different bytes: \(name)") }
            if abs(twin.modified - file.modified) > tolerance {
                found.append("mtime \(file.modified) became \(twin.modified): \(name)")
            }
        }
        for path in other.files.keys where files[path] == nil {
            found.append("unexpected \(String(decoding: path, as: UTF8.self).debugDescription)")
        }
        return Array(found.sorted().prefix(8))
    }

    subscript(_ path: String) -> File? {
        get { files[Array(path.utf8)] }
        set { files[Array(path.utf8)] = newValue }
    }

    /// Sorted relative paths.
    var paths: [String] {
        files.keys.sorted { $0.lexicographicallyPrecedes($1) }.map { String(decoding: $0, as: UTF8.self) }
    }
}
