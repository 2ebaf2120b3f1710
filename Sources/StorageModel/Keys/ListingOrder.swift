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
        guard self == .pathComponents else { return a.bytes.compare(b.bytes) }
        return a.bytes.withUnsafeBytes { a in
            b.bytes.withUnsafeBytes { b in
                let shared = min(a.count, b.count)
                var index = 0
                while index < shared, a[index] == b[index] { index += 1 }
                guard index < shared else { return a.count - b.count }
                let slash = UInt8(ascii: "/")
                if a[index] == slash { return -1 }
                if b[index] == slash { return 1 }
                return Int(a[index]) - Int(b[index])
            }
        }
    }
}
