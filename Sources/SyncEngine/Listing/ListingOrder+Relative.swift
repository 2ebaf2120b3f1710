// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

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
}
