// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Compression

/// Takes one block after another out of a file of state that may hold anything.
final class StateBlockReader {
    private let file: NamedFile
    private var decompressor = ZstdDecompressor()
    /// Where the last good block ends.
    private(set) var offset: Int64 = 0

    init(_ file: NamedFile) { self.file = file }

    /// The next block, a cursor behind its kind; nil at the end of the file.
    func next() throws(StateDamage) -> (kind: StateBlock.Kind, content: CheckedCursor)? {
        if offset == 0 {
            let magic = try file.read(StateBlock.magic.count, at: 0)
            if magic.isEmpty { return nil }
            guard magic == StateBlock.magic else { throw StateDamage() }
            offset = Int64(magic.count)
        }
        let head = try file.read(StateBlock.headSize, at: offset)
        if head.isEmpty { return nil }
        guard head.count == StateBlock.headSize else { throw StateDamage() }
        var lengths = ByteCursor(head)
        let packedCount = Int(lengths.fixed32()), count = Int(lengths.fixed32())
        guard packedCount <= StateBlock.packedMax, count > 0, count <= StateBlock.sizeMax else { throw StateDamage() }
        let packed = try file.read(packedCount, at: offset + Int64(StateBlock.headSize))
        guard packed.count == packedCount else { throw StateDamage() }
        let block = try unpacked(packed, count)
        guard let kind = StateBlock.Kind(rawValue: block[0]) else { throw StateDamage() }
        offset += Int64(StateBlock.headSize + packedCount)
        return (kind, CheckedCursor(block, at: 1))
    }

    /// One frame and nothing else, whose checksum holds.
    private func unpacked(_ packed: [UInt8], _ count: Int) throws(StateDamage) -> [UInt8] {
        do throws(CompressionError) {
            var input = packed[...]
            // Room for one byte more, so that the end of the frame is read with the last of its content.
            let block = try decompressor.read(count + 1, from: &input)
            try decompressor.finish()
            if block.count == count, input.isEmpty { return block }
        } catch {
            throw StateDamage()
        }
        throw StateDamage()
    }
}
