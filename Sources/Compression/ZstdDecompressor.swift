// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import CZstd

/// Decompresses a stream of zstd frames, as much at a time as is asked for: a small input may stand for any amount.
package struct ZstdDecompressor: ~Copyable {
    private let context: OpaquePointer
    /// What libzstd said last: 0 after the end of a frame. Not 0 before the first.
    private var status = 1

    package init() {
        guard let context = ZSTD_createDCtx() else { preconditionFailure("out of memory") }
        self.context = context
    }

    deinit { ZSTD_freeDCtx(context) }

    /// The next bytes, at most `limit` (above 0), using up the beginning of `input`. None: `input` is used up and says
    /// no more.
    package mutating func read(
        _ limit: Int, from input: inout ArraySlice<UInt8>
    ) throws(CompressionError) -> [UInt8] {
        precondition(limit > 0)
        var (status, used) = (self.status, 0)
        let output = input.withUnsafeBufferPointer { bytes in
            [UInt8](unsafeUninitializedCapacity: limit) { output, count in
                var source = ZSTD_inBuffer(src: bytes.baseAddress, size: bytes.count, pos: 0)
                var room = ZSTD_outBuffer(dst: output.baseAddress, size: limit, pos: 0)
                repeat {
                    let before = (source.pos, room.pos)
                    // A call after the end of a frame without input would begin the next one.
                    if status == 0, source.pos == source.size { break }
                    status = ZSTD_decompressStream(context, &room, &source)
                    if ZSTD_isError(status) != 0 || before == (source.pos, room.pos) { break }
                } while room.pos < room.size
                (used, count) = (source.pos, room.pos)
            }
        }
        self.status = status
        input = input.dropFirst(used)
        guard ZSTD_isError(status) == 0 else { throw CompressionError(status: status) }
        return output
    }

    /// Throws unless the input ended with a frame.
    package func finish() throws(CompressionError) {
        guard status == 0 else { throw CompressionError(.truncated, "zstd: the data ends within a frame") }
    }

    /// The content of whole frames, at most `outputMax` bytes.
    package static func decompress(_ bytes: [UInt8], outputMax: Int) throws(CompressionError) -> [UInt8] {
        var decompressor = ZstdDecompressor()
        var (input, output) = (bytes[...], [UInt8]())
        while true {
            let piece = try decompressor.read(1 << 17, from: &input)
            if piece.isEmpty { break }
            output += piece
            guard output.count <= outputMax else {
                throw CompressionError(.tooLong, "zstd: more than \(outputMax) bytes of content")
            }
        }
        try decompressor.finish()
        return output
    }
}
