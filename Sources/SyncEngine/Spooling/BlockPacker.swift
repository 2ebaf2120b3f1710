// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Compression
import StorageModel

/// Packs the blocks of one spool, each a zstd frame of its own.
struct BlockPacker: ~Copyable {
    private var compressor = ZstdCompressor(level: 1)

    mutating func packed(_ block: [UInt8]) throws(StorageError) -> [UInt8] {
        do throws(CompressionError) {
            var packed = [UInt8]()
            try compressor.push(block, into: &packed)
            try compressor.finish(into: &packed)
            return packed
        } catch {
            throw StorageError(.unexpected, during: .write, message: "temporary file: \(error)")
        }
    }
}

/// Unpacks what ``BlockPacker`` packed.
enum BlockUnpacker {
    static func unpacked(_ bytes: [UInt8], count: Int) throws(StorageError) -> [UInt8] {
        do throws(CompressionError) {
            let block = try ZstdDecompressor.decompress(bytes, outputMax: count)
            if block.count == count { return block }
        } catch {
            throw StorageError(.corrupted, during: .read, message: "temporary file: \(error)")
        }
        throw StorageError(.corrupted, during: .read, message: "temporary file: a block has another length")
    }
}
