// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import CLinux
package import StorageModel

extension Digest {
    /// The MD5 of each buffer, raw. Many of about one length take together little longer than one alone.
    package static func md5(of buffers: [PartBuffer]) -> [[UInt8]] {
        // OpenSSL is faster with one.
        if buffers.count == 1 { return [of(buffers[0], .md5)] }
        return withExtendedLifetime(buffers) {
            // What a buffer holds stays where it is for as long as the buffer lives.
            md5(of: buffers.map { $0.withUnsafeBytes { $0 } }, godwit_md5_best())
        }
    }

    /// The same with a given kind of instructions, which the processor must have.
    static func md5(of messages: [UnsafeRawBufferPointer], _ kind: godwit_md5_kind) -> [[UInt8]] {
        var states = messages.map { _ in godwit_md5_start() }
        let blocks = messages.map { $0.count / 64 }
        godwit_md5_advance(kind, states.count, &states, messages.map(\.baseAddress), blocks)
        for (index, message) in messages.enumerated() {
            padded(message).withUnsafeBytes { tail in
                var base = tail.baseAddress, count = tail.count / 64
                godwit_md5_advance(GODWIT_MD5_SCALAR, 1, &states[index], &base, &count)
            }
        }
        return states.map { state in
            let (a, b, c, d) = state.words
            return [a, b, c, d].flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) } }
        }
    }

    /// What follows the whole blocks of `message`: its last bytes, a one, zeros, and its length in bits
    /// (RFC 1321, 3.1 and 3.2).
    private static func padded(_ message: UnsafeRawBufferPointer) -> [UInt8] {
        var tail = Array(message.suffix(message.count % 64)) + [0x80]
        while tail.count % 64 != 56 { tail.append(0) }
        let bits = UInt64(message.count) &* 8
        return tail + (0..<8).map { UInt8(truncatingIfNeeded: bits >> (8 * $0)) }
    }
}
