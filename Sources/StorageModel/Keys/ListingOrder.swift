// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// The order in which a store lists its keys.
public enum ListingOrder: Sendable, Hashable {
    /// By the bytes of the whole key, as S3 promises for general-purpose buckets.
    case keyBytes
    /// By path components, each compared by bytes: `/` sorts below every other byte (`foo`, `foo/x`, `foo!/b`,
    /// `foo-/a`, `foo-bar`), as SeaweedFS lists.
    case pathComponents
    /// No order that can be relied on, as S3 directory buckets list.
    case unordered

    /// Negative, zero or positive: how `a` stands to `b` in this order. Unordered keys compare by bytes, the order
    /// into which they are sorted.
    @inlinable
    public func compare(_ a: ObjectKey, _ b: ObjectKey) -> Int {
        a.bytes.withUnsafeBytes { a in b.bytes.withUnsafeBytes { b in compare(a, b) } }
    }

    /// The same for the bytes of keys. Siblings compare like whole keys when a directory's name ends in `/`.
    @inlinable
    public func compare(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer) -> Int {
        let shared = SharedBytes.sharedCount(a, b)
        guard shared < a.count, shared < b.count else { return a.count - b.count }
        return rank(a[shared]) - rank(b[shared])
    }

    /// Where a byte stands among all: by path component, `/` before every other.
    @inlinable
    public func rank(_ byte: UInt8) -> Int { self == .pathComponents && byte == UInt8(ascii: "/") ? -1 : Int(byte) }
}
