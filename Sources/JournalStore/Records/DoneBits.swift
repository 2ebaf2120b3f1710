// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// Which actions of a batch are done, a bit each.
struct DoneBits {
    private(set) var bytes: [UInt8]

    /// Of `count` actions, none of them done. What fills the last byte counts as done, so that it never is again.
    init(count: Int) {
        bytes = [UInt8](repeating: 0, count: (count + 7) / 8)
        if count % 8 > 0 { bytes[bytes.count - 1] = 0xff << UInt8(count % 8) }
    }

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Marks an action as done; false if it was, or if there is no such action.
    mutating func insert(_ index: Int) -> Bool {
        guard index >= 0, index / 8 < bytes.count, !contains(index) else { return false }
        bytes[index / 8] |= 1 << UInt8(index % 8)
        return true
    }

    func contains(_ index: Int) -> Bool {
        index >= 0 && index / 8 < bytes.count && bytes[index / 8] & 1 << UInt8(index % 8) != 0
    }
}
