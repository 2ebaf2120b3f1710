// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

/// Where a key lies under the root: a relative path of plain names, without `.`, `..` or empty components.
struct LocalPath: Sendable {
    /// What symbolic links that are kept as objects are called (rclone's name for them).
    static let linkSuffix = Array(".rclonelink".utf8)
    /// The longest file name of Linux file systems.
    private static let nameBytesMax = 255

    /// The path, and a NUL behind it.
    let bytes: [UInt8]
    /// Where the last component begins.
    let nameStart: Int

    /// The path of `key`; `InvalidName` when it has none.
    init(_ key: ObjectKey, escapes: Bool) throws(InvalidName) {
        var path = [UInt8]()
        path.reserveCapacity(key.bytes.count + 1)
        var nameStart = 0
        try key.bytes.withUnsafeBytes { (bytes: UnsafeRawBufferPointer) throws(InvalidName) in
            if bytes.contains(where: { $0 >= 0x80 }), String(validating: bytes, as: UTF8.self) == nil {
                throw InvalidName("the key is not valid UTF-8")
            }
            var start = 0
            while start <= bytes.count {
                let end = bytes[start...].firstIndex(of: UInt8(ascii: "/")) ?? bytes.count
                let component = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
                if start > 0 { path.append(UInt8(ascii: "/")) }
                nameStart = path.count
                if escapes {
                    KeyEscaping.encode(component, into: &path)
                } else {
                    try Self.check(component)
                    path.append(contentsOf: component)
                }
                guard path.count - nameStart <= Self.nameBytesMax else {
                    throw InvalidName("a name of \(path.count - nameStart) bytes is longer than file systems allow")
                }
                start = end + 1
            }
        }
        path.append(0)
        bytes = path
        self.nameStart = nameStart
    }

    /// A path that is known to be good. `path` has no NUL.
    init(trusted path: some Sequence<UInt8>) {
        bytes = path + [0]
        nameStart = bytes.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0
    }

    /// The path of a temporary file, by someone's word; nil when it is none, or leads elsewhere.
    init?(temporaryFile path: [UInt8]) {
        let components = path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard components.last?.withUnsafeBytes(TemporaryName.matches) == true,
            components.dropLast().allSatisfy({ $0.withUnsafeBytes(Self.isName) })
        else { return nil }
        self.init(trusted: path)
    }

    private static func isName(_ name: UnsafeRawBufferPointer) -> Bool {
        do throws(InvalidName) {
            try check(name)
            return true
        } catch {
            return false
        }
    }

    private static func check(_ name: UnsafeRawBufferPointer) throws(InvalidName) {
        let dot = UInt8(ascii: ".")
        if name.isEmpty {
            throw InvalidName(
                "a path cannot have empty components (`//`, or `/` at its beginning or end)", isEscapable: true)
        }
        if name.count <= 2, name.allSatisfy({ $0 == dot }) {
            throw InvalidName("`.` and `..` cannot be names of files", isEscapable: true)
        }
        if name.contains(0) { throw InvalidName("a path cannot have a NUL byte", isEscapable: true) }
        if name[0] == dot, TemporaryName.matches(name) {
            throw InvalidName("the name is that of a temporary file of godwit", isEscapable: true)
        }
    }

    /// The directory that the last component is in; empty: the root.
    var parent: ArraySlice<UInt8> { bytes[..<max(nameStart - 1, 0)] }

    /// The last component.
    var name: ArraySlice<UInt8> { bytes[nameStart..<bytes.count - 1] }

    /// Whether `text` is this path.
    func isNamed(_ text: String) -> Bool { text.utf8.elementsEqual(bytes.dropLast()) }

    /// The same path but for its last component.
    func sibling(_ name: some Sequence<UInt8>) -> LocalPath { LocalPath(trusted: Array(bytes[..<nameStart]) + name) }

    /// The link that `NAME.rclonelink` stands for; nil when the name is another.
    var linkPath: LocalPath? {
        guard name.count > Self.linkSuffix.count, name.suffix(Self.linkSuffix.count).elementsEqual(Self.linkSuffix)
        else { return nil }
        return sibling(name.dropLast(Self.linkSuffix.count))
    }

    /// Calls `body` with the whole path as a C string.
    func withPath<R, E: Error>(_ body: (UnsafePointer<CChar>) throws(E) -> R) throws(E) -> R {
        try Self.withCString(bytes, from: 0, body)
    }

    /// Calls `body` with the last component as a C string.
    func withName<R, E: Error>(_ body: (UnsafePointer<CChar>) throws(E) -> R) throws(E) -> R {
        try Self.withCString(bytes, from: nameStart, body)
    }

    /// Calls `body` with what begins at `start` of NUL-terminated `bytes`.
    static func withCString<R, E: Error>(
        _ bytes: [UInt8], from start: Int, _ body: (UnsafePointer<CChar>) throws(E) -> R
    ) throws(E) -> R {
        precondition(bytes.last == 0 && start < bytes.count)
        return try bytes.withUnsafeBufferPointer { (bytes: UnsafeBufferPointer<UInt8>) throws(E) -> R in
            guard let text = UnsafeRawBufferPointer(bytes).bindMemory(to: CChar.self).baseAddress else {
                preconditionFailure("an array that ends in NUL is not empty")
            }
            return try body(text + start)
        }
    }
}
