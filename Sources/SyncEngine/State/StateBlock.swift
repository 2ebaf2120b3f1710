// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// The frame of a file of state: a magic, then blocks, each its two lengths and a zstd frame with a checksum.
enum StateBlock {
    enum Kind: UInt8 {
        /// A ``StateHeader``.
        case header = 0
        /// Their count, then for each: how many bytes of the key are those of the key before it in the block, the
        /// key's others and the proof, both behind their lengths.
        case records
        /// How many records the file has: the end of a base, whose lack shows that it was cut.
        case end
    }

    static let magic = Array("godwit.1".utf8)
    /// Bytes of records that are packed together.
    static let size = 64 << 10
    /// The most that a block can hold, unpacked; a packed one is hardly longer.
    static let sizeMax = size + StateRecord.keyMax + StateRecord.proofMax + 64
    static let packedMax = sizeMax + sizeMax / 128 + 512
    /// Bytes of a block's two lengths.
    static let headSize = 8
}
