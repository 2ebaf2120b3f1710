// Part of godwit. SPDX-License-Identifier: Apache-2.0

public import StorageModel

/// Bytes that no store and no proxy can compress.
public enum BenchContent {
    /// `size` bytes of noise.
    public static func buffer(_ size: Int64) -> PartBuffer {
        let buffer = PartBuffer(capacity: Int(size))
        var state = UInt64.random(in: 1 ... .max)
        _ = buffer.fill(upTo: Int(size)) { room in
            for index in stride(from: 0, to: room.count, by: 8) {
                // xorshift64 (https://doi.org/10.18637/jss.v008.i14)
                state ^= state << 13
                state ^= state >> 7
                state ^= state << 17
                withUnsafeBytes(of: state) { bytes in
                    let rest = UnsafeMutableRawBufferPointer(rebasing: room[index...])
                    rest.copyBytes(from: bytes.prefix(rest.count))
                }
            }
            return room.count
        }
        return buffer
    }
}
