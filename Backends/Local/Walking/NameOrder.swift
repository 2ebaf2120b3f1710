// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

extension ListingOrder {
    /// As ``compare(_:_:)-(ObjectKey,ObjectKey)``, for bytes that are not in a key of their own.
    ///
    /// Siblings compare like whole keys when a directory's name ends in `/`.
    func compare(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer) -> Int {
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
        if self == .pathComponents {
            if a[index] == UInt8(ascii: "/") { return -1 }
            if b[index] == UInt8(ascii: "/") { return 1 }
        }
        return Int(a[index]) - Int(b[index])
    }
}
