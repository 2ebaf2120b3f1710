// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import StorageModel

/// A file of object names, read as bytes and name by name, however long it is.
struct NameFile {
    enum Format: Sendable {
        /// One a line, trimmed; empty lines and those that begin with `#` or `;` are no names.
        case lines
        /// One a line, as it stands.
        case rawLines
        /// A NUL byte behind each.
        case nulls
    }

    private let format: Format
    private var rest: [UInt8] = []

    init(_ format: Format) { self.format = format }

    /// Calls `body` with each name of the file at `path` (`-`: standard input), without slashes at its ends.
    consuming func read(_ path: String, _ body: (ObjectKey) throws(StorageError) -> Void) throws(StorageError) {
        var reader = self
        try TextFile.read(path) { bytes throws(StorageError) in try reader.take(bytes, body) }
        try reader.end(body)
    }

    private mutating func take(_ bytes: UnsafeRawBufferPointer, _ body: (ObjectKey) throws(StorageError) -> Void)
        throws(StorageError)
    {
        let separator = format == .nulls ? 0 : UInt8(ascii: "\n")
        var start = 0
        for index in bytes.indices where bytes[index] == separator {
            rest.append(contentsOf: bytes[start..<index])
            try end(body)
            start = index + 1
        }
        rest.append(contentsOf: bytes[start...])
    }

    private mutating func end(_ body: (ObjectKey) throws(StorageError) -> Void) throws(StorageError) {
        var name = rest[...]
        switch format {
        case .lines:
            name = Self.trimmed(name) { $0 == UInt8(ascii: " ") || (9...13).contains($0) }
            if let first = name.first, first == UInt8(ascii: "#") || first == UInt8(ascii: ";") { name = [] }
        case .rawLines: if name.last == UInt8(ascii: "\r") { name.removeLast() }
        case .nulls: break
        }
        // A path from the location's root means what is under it.
        name = Self.trimmed(name) { $0 == UInt8(ascii: "/") }
        if !name.isEmpty { try body(ObjectKey(SharedBytes(Array(name)))) }
        rest.removeAll(keepingCapacity: true)
    }

    private static func trimmed(_ name: ArraySlice<UInt8>, _ isDropped: (UInt8) -> Bool) -> ArraySlice<UInt8> {
        var name = name.drop(while: isDropped)
        while let last = name.last, isDropped(last) { name.removeLast() }
        return name
    }
}
