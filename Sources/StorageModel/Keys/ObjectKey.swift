// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// The name of an object: bytes, almost always UTF-8, compared as bytes.
///
/// Swift's `String` compares by canonical equivalence, where NFC "é" equals NFD "é"; in a bucket those are two objects.
/// S3 orders general-purpose buckets by these bytes
/// (https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html).
public struct ObjectKey: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The bytes of the key.
    public let bytes: SharedBytes

    @inlinable public init(_ bytes: SharedBytes) { self.bytes = bytes }
    @inlinable public init(_ text: String) { bytes = SharedBytes(text) }

    /// The empty key: the root of a container, never an object.
    public static let root = ObjectKey(SharedBytes([]))

    @inlinable public var isRoot: Bool { bytes.isEmpty }

    /// For people: what is not UTF-8 shows as U+FFFD. Use ``bytes`` to compare or to send.
    public var description: String { bytes.text }

    /// Whether the key is valid UTF-8, as every S3 key must be.
    public var isUTF8: Bool { bytes.withUnsafeBytes { String(validating: $0, as: UTF8.self) != nil } }

    /// Whether the key ends in `/`: a directory marker in stores that have none of their own.
    @inlinable public var isDirectoryMarker: Bool { bytes.hasSuffix(UInt8(ascii: "/")) }

    @inlinable public func hasPrefix(_ prefix: ObjectKey) -> Bool { bytes.hasPrefix(prefix.bytes) }

    /// Whether the key, read as a path, lies in the directory `parent`.
    public func isBelow(_ parent: ObjectKey) -> Bool {
        let count = parent.bytes.count
        return bytes.count > count && bytes[count] == UInt8(ascii: "/") && hasPrefix(parent)
    }

    /// The key without the first `count` bytes; shares the buffer.
    @inlinable public func dropFirst(_ count: Int) -> ObjectKey { ObjectKey(bytes.dropFirst(count)) }

    /// What follows the last `/`.
    public var lastComponent: ObjectKey {
        guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else { return self }
        return ObjectKey(bytes.dropFirst(slash + 1))
    }

    /// `prefix` followed by this key, in a buffer of its own. An empty prefix gives the key itself.
    public func prefixed(by prefix: ObjectKey) -> ObjectKey {
        guard !prefix.isRoot else { return self }
        var joined = [UInt8]()
        joined.reserveCapacity(prefix.bytes.count + bytes.count)
        prefix.bytes.withUnsafeBytes { joined.append(contentsOf: $0) }
        bytes.withUnsafeBytes { joined.append(contentsOf: $0) }
        return ObjectKey(SharedBytes(joined))
    }

    @inlinable public func detached() -> ObjectKey { ObjectKey(bytes.detached()) }

    @inlinable public static func < (a: ObjectKey, b: ObjectKey) -> Bool { a.bytes < b.bytes }
}
