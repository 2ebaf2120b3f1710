// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import CZlib

/// Compresses a stream into one gzip member (RFC 1952).
package struct GzipCompressor: ~Copyable {
    private static let pieceSize = 64 << 10
    private let stream: UnsafeMutablePointer<z_stream>

    /// - Parameter level: 1 (fast) ... 9 (small).
    package init(level: Int = 6) {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        guard godwit_deflate_gzip(stream, Int32(level)) == Z_OK else { preconditionFailure("out of memory") }
    }

    deinit {
        deflateEnd(stream)
        stream.deallocate()
    }

    /// Takes all of `bytes` and appends to `output` what is ready, perhaps nothing yet.
    package mutating func push(_ bytes: [UInt8], into output: inout [UInt8]) {
        bytes.withUnsafeBufferPointer { run($0, Z_NO_FLUSH, into: &output) }
    }

    /// Ends the member and appends its rest to `output`. What is pushed afterwards begins another member.
    package mutating func finish(into output: inout [UInt8]) {
        run(UnsafeBufferPointer(start: nil, count: 0), Z_FINISH, into: &output)
        deflateReset(stream)
    }

    private func run(_ bytes: UnsafeBufferPointer<UInt8>, _ mode: Int32, into output: inout [UInt8]) {
        stream.pointee.next_in = UnsafeMutablePointer(mutating: bytes.baseAddress)
        stream.pointee.avail_in = UInt32(clamping: bytes.count)
        var isOver = false
        while !isOver {
            output += [UInt8](unsafeUninitializedCapacity: Self.pieceSize) { piece, count in
                stream.pointee.next_out = piece.baseAddress
                stream.pointee.avail_out = UInt32(piece.count)
                let status = deflate(stream, mode)
                count = piece.count - Int(stream.pointee.avail_out)
                isOver = mode == Z_FINISH ? status != Z_OK : stream.pointee.avail_out > 0
            }
        }
    }
}
