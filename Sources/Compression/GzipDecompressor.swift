// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import CZlib

/// Decompresses a stream of gzip members (RFC 1952), as much at a time as is asked for: a small input may stand for any
/// amount.
package struct GzipDecompressor: ~Copyable {
    private let stream: UnsafeMutablePointer<z_stream>
    /// Whether the last member is over, and none has begun.
    private var isBetween = true

    package init() {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        guard godwit_inflate_gzip(stream) == Z_OK else { preconditionFailure("out of memory") }
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    /// The next bytes, at most `limit` (above 0), using up the beginning of `input`. None: `input` is used up and says
    /// no more.
    package mutating func read(
        _ limit: Int, from input: inout ArraySlice<UInt8>
    ) throws(CompressionError) -> [UInt8] {
        precondition(limit > 0)
        var status = Z_OK
        var isBetween = isBetween
        let stream = stream
        var used = 0
        let output = input.withUnsafeBufferPointer { bytes in
            [UInt8](unsafeUninitializedCapacity: limit) { output, count in
                stream.pointee.next_in = UnsafeMutablePointer(mutating: bytes.baseAddress)
                stream.pointee.avail_in = UInt32(clamping: bytes.count)
                stream.pointee.next_out = output.baseAddress
                stream.pointee.avail_out = UInt32(clamping: limit)
                while stream.pointee.avail_out > 0, stream.pointee.avail_in > 0 || !isBetween {
                    if isBetween {
                        inflateReset(stream)
                        isBetween = false
                    }
                    status = inflate(stream, Z_NO_FLUSH)
                    if status == Z_STREAM_END { isBetween = true } else if status != Z_OK { break }
                }
                used = bytes.count - Int(stream.pointee.avail_in)
                count = limit - Int(stream.pointee.avail_out)
            }
        }
        self.isBetween = isBetween
        input = input.dropFirst(used)
        guard [Z_OK, Z_STREAM_END, Z_BUF_ERROR].contains(status) else {
            throw CompressionError(
                .malformed, "gzip: " + (stream.pointee.msg.map { String(cString: $0) } ?? "the data is damaged"))
        }
        return output
    }

    /// Throws unless the input ended with a member.
    package func finish() throws(CompressionError) {
        guard isBetween else { throw CompressionError(.truncated, "gzip: the data ends within a member") }
    }
}
