// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

#if canImport(Glibc)
    import Glibc
#endif

extension ListingOrder {
    /// How `a` without its first `droppedA` bytes stands to `b` without its first `droppedB`, without making a key.
    func compare(_ a: ObjectKey, dropping droppedA: Int, _ b: ObjectKey, dropping droppedB: Int) -> Int {
        a.bytes.withUnsafeBytes { a in
            b.bytes.withUnsafeBytes { b in
                let left = UnsafeRawBufferPointer(rebasing: a[droppedA...])
                let right = UnsafeRawBufferPointer(rebasing: b[droppedB...])
                return compare(left, right)
            }
        }
    }

    /// How the key of bytes `a` stands to that of `b`.
    func compare(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer) -> Int {
        self == .pathComponents ? Self.byComponents(a, b) : Self.byBytes(a, b)
    }

    private static func byBytes(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer) -> Int {
        let shared = min(a.count, b.count)
        guard shared > 0, let left = a.baseAddress, let right = b.baseAddress else { return a.count - b.count }
        let difference = memcmp(left, right, shared)
        return difference != 0 ? Int(difference) : a.count - b.count
    }

    private static func byComponents(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer) -> Int {
        let shared = min(a.count, b.count)
        var index = 0
        while index + 8 <= shared,
            a.loadUnaligned(fromByteOffset: index, as: UInt64.self)
                == b.loadUnaligned(fromByteOffset: index, as: UInt64.self)
        {
            index += 8
        }
        while index < shared, a[index] == b[index] { index += 1 }
        guard index < shared else { return a.count - b.count }
        let slash = UInt8(ascii: "/")
        if a[index] == slash { return -1 }
        if b[index] == slash { return 1 }
        return Int(a[index]) - Int(b[index])
    }
}
