// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// A slice of an immutable, shared byte buffer.
///
/// A listing page holds all its keys and ETags in one buffer; each is a `SharedBytes` into it, so a page of 1,000
/// entries costs one allocation. Slices keep the whole buffer alive: call ``detached()`` on what must outlive the page.
///
/// Equality, order and hash are those of the bytes, never of Unicode canonical equivalence.
public struct SharedBytes: Sendable, Hashable, Comparable {
    @usableFromInline let buffer: [UInt8]
    @usableFromInline let start: UInt32
    @usableFromInline let length: UInt32

    /// The slice `range` of `buffer`. The buffer is shared, not copied.
    @inlinable
    public init(_ buffer: [UInt8], _ range: Range<Int>) {
        precondition(range.lowerBound >= 0 && range.upperBound <= buffer.count)
        self.buffer = buffer
        start = UInt32(range.lowerBound)
        length = UInt32(range.count)
    }

    /// All of `buffer`.
    @inlinable
    public init(_ buffer: [UInt8]) {
        self.buffer = buffer
        start = 0
        length = UInt32(buffer.count)
    }

    /// The UTF-8 of `text`.
    @inlinable
    public init(_ text: String) {
        self.init(Array(text.utf8))
    }

    @inlinable public var count: Int { Int(length) }
    @inlinable public var isEmpty: Bool { length == 0 }

    @inlinable
    public subscript(_ index: Int) -> UInt8 {
        precondition(index >= 0 && index < count)
        return buffer[Int(start) + index]
    }

    /// Calls `body` with the bytes, which are valid during the call only.
    @inlinable
    public func withUnsafeBytes<R, E: Error>(_ body: (UnsafeRawBufferPointer) throws(E) -> R) throws(E) -> R {
        let (first, count) = (Int(start), Int(length))
        return try buffer.withUnsafeBufferPointer { (whole: UnsafeBufferPointer<UInt8>) throws(E) -> R in
            try body(UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: whole[first..<first + count])))
        }
    }

    /// The same bytes without the first `count`. Shares the buffer.
    @inlinable
    public func dropFirst(_ count: Int) -> SharedBytes {
        precondition(count <= self.count)
        return SharedBytes(buffer, Int(start) + count..<Int(start) + self.count)
    }

    /// The first `count` bytes. Shares the buffer.
    @inlinable
    public func prefix(_ count: Int) -> SharedBytes {
        precondition(count <= self.count)
        return SharedBytes(buffer, Int(start)..<Int(start) + count)
    }

    @inlinable
    public func hasPrefix(_ other: SharedBytes) -> Bool {
        other.count <= count && prefix(other.count) == other
    }

    @inlinable
    public func hasSuffix(_ byte: UInt8) -> Bool {
        length > 0 && self[count - 1] == byte
    }

    @inlinable
    public func firstIndex(of byte: UInt8) -> Int? {
        withUnsafeBytes { $0.firstIndex(of: byte) }
    }

    @inlinable
    public func lastIndex(of byte: UInt8) -> Int? {
        withUnsafeBytes { $0.lastIndex(of: byte) }
    }

    /// A copy of the bytes.
    @inlinable public var array: [UInt8] { withUnsafeBytes { Array($0) } }

    /// The same bytes in a buffer of their own, so that they do not keep a listing page alive.
    @inlinable
    public func detached() -> SharedBytes {
        Int(length) == buffer.count ? self : SharedBytes(array)
    }

    /// The bytes as text; what is not UTF-8 becomes U+FFFD. For people, never for comparing.
    @inlinable public var text: String { withUnsafeBytes { String(decoding: $0, as: UTF8.self) } }

    @inlinable
    public static func == (a: SharedBytes, b: SharedBytes) -> Bool {
        a.length == b.length && a.compare(b) == 0
    }

    @inlinable
    public static func < (a: SharedBytes, b: SharedBytes) -> Bool { a.compare(b) < 0 }

    @inlinable
    public func hash(into hasher: inout Hasher) {
        withUnsafeBytes { hasher.combine(bytes: $0) }
    }

    /// Negative, zero or positive as `memcmp` would say, a prefix sorting before what it begins.
    @inlinable
    public func compare(_ other: SharedBytes) -> Int {
        withUnsafeBytes { a in other.withUnsafeBytes { b in ListingOrder.keyBytes.compare(a, b) } }
    }

    /// How many bytes `a` and `b` both begin with.
    @inlinable
    public static func sharedCount(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer) -> Int {
        let count = min(a.count, b.count)
        var index = 0
        while index + 8 <= count,
            a.loadUnaligned(fromByteOffset: index, as: UInt64.self)
                == b.loadUnaligned(fromByteOffset: index, as: UInt64.self)
        {
            index += 8
        }
        while index < count, a[index] == b[index] { index += 1 }
        return index
    }
}
