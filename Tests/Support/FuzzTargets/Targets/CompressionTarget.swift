// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Compression

/// Compressed files: an error or content, never more than the bound.
enum CompressionTarget: FuzzTarget {
    static let name = "zstd"

    /// A frame of `hello`, and the beginning of one, as text that survives UTF-8.
    static let seeds = ["hello", "", "(\u{b5}/\u{fd}"]
    static let dictionary: [String] = []

    static func check(_ input: [UInt8]) throws {
        let bound = 1 << 20
        let frame = try ZstdCompressor.compress(input)
        try require(
            (try? ZstdDecompressor.decompress(frame, outputMax: max(bound, input.count))) == input, "other content")
        for damaged in [input, Array(frame.dropLast()), [0x28, 0xb5, 0x2f, 0xfd] + input, flipped(frame, input.count)] {
            let content = try? ZstdDecompressor.decompress(damaged, outputMax: bound)
            try require((content?.count ?? 0) <= bound, "more than the bound")
        }
    }

    private static func flipped(_ frame: [UInt8], _ seed: Int) -> [UInt8] {
        var frame = frame
        frame[(seed * 7) % frame.count] ^= 0x10
        return frame
    }
}
