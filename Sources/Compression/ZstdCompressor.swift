// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import CZstd

/// Compresses a stream into one zstd frame (RFC 8878) with a checksum of its content.
package struct ZstdCompressor: ~Copyable {
    private let context: OpaquePointer

    /// - Parameter level: 1 (fast) ... 19 (small).
    package init(level: Int = 3) {
        guard let context = ZSTD_createCCtx() else { preconditionFailure("out of memory") }
        self.context = context
        let status = [
            ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, Int32(level)),
            ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1),
        ]
        precondition(status.allSatisfy { ZSTD_isError($0) == 0 })
    }

    deinit { ZSTD_freeCCtx(context) }

    /// Takes all of `bytes` and appends to `output` what is ready, perhaps nothing yet.
    package mutating func push(_ bytes: [UInt8], into output: inout [UInt8]) throws(CompressionError) {
        try bytes.withUnsafeBufferPointer { (bytes: UnsafeBufferPointer<UInt8>) throws(CompressionError) in
            try push(UnsafeRawBufferPointer(bytes), into: &output)
        }
    }

    package mutating func push(
        _ bytes: UnsafeRawBufferPointer, into output: inout [UInt8]
    ) throws(CompressionError) {
        try run(bytes, ZSTD_e_continue, into: &output)
    }

    /// Ends the frame and appends its rest to `output`. What is pushed afterwards begins another frame.
    package mutating func finish(into output: inout [UInt8]) throws(CompressionError) {
        try run(UnsafeRawBufferPointer(start: nil, count: 0), ZSTD_e_end, into: &output)
    }

    /// All of `bytes` as one frame.
    package static func compress(_ bytes: [UInt8], level: Int = 3) throws(CompressionError) -> [UInt8] {
        var compressor = ZstdCompressor(level: level)
        var output = [UInt8]()
        try compressor.push(bytes, into: &output)
        try compressor.finish(into: &output)
        return output
    }

    private func run(
        _ bytes: UnsafeRawBufferPointer, _ mode: ZSTD_EndDirective, into output: inout [UInt8]
    ) throws(CompressionError) {
        var input = ZSTD_inBuffer(src: bytes.baseAddress, size: bytes.count, pos: 0)
        var left = 0
        repeat {
            let piece = [UInt8](unsafeUninitializedCapacity: ZSTD_CStreamOutSize()) { piece, count in
                var room = ZSTD_outBuffer(dst: piece.baseAddress, size: piece.count, pos: 0)
                left = ZSTD_compressStream2(context, &room, &input, mode)
                count = room.pos
            }
            guard ZSTD_isError(left) == 0 else { throw CompressionError(status: left) }
            output += piece
        } while mode == ZSTD_e_end ? left > 0 : input.pos < input.size
    }
}
