// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Compression
import Testing

@Suite struct ZstdTests {
    private static func content(_ count: Int, _ random: inout SeededRandom) -> [UInt8] {
        let noise = Int.random(in: 0...100, using: &random)
        return (0..<count).map { index in
            Int.random(in: 0..<100, using: &random) < noise
                ? UInt8.random(in: 0...255, using: &random) : UInt8(truncatingIfNeeded: index / 64)
        }
    }

    @Test(arguments: [1, 3, 9]) func roundTrips(level: Int) throws {
        var random = SeededRandom(seed: UInt64(level))
        for count in [0, 1, 100, 4096, 131_072, 150_000] {
            let content = Self.content(count, &random)
            let compressed = try ZstdCompressor.compress(content, level: level)
            #expect(try ZstdDecompressor.decompress(compressed, outputMax: count) == content)
        }
    }

    @Test func piecesOfAnySize() throws {
        var random = SeededRandom(seed: 31)
        for _ in 0..<20 {
            let content = Self.content(Int.random(in: 0...60_000, using: &random), &random)
            var compressor = ZstdCompressor()
            var compressed = [UInt8]()
            var rest = content[...]
            while !rest.isEmpty {
                let count = min(rest.count, Int.random(in: 1...9000, using: &random))
                try compressor.push(Array(rest.prefix(count)), into: &compressed)
                rest = rest.dropFirst(count)
            }
            try compressor.finish(into: &compressed)

            var decompressor = ZstdDecompressor()
            var output = [UInt8]()
            rest = compressed[...]
            while !rest.isEmpty {
                var input = rest.prefix(Int.random(in: 1...5000, using: &random))
                rest = rest.dropFirst(input.count)
                while true {
                    let limit = Int.random(in: 1...3000, using: &random)
                    let piece = try decompressor.read(limit, from: &input)
                    #expect(piece.count <= limit)
                    if piece.isEmpty { break }
                    output += piece
                }
                #expect(input.isEmpty)
            }
            try decompressor.finish()
            #expect(output == content)
        }
    }

    @Test func truncationIsAnErrorWhereverItFalls() throws {
        var random = SeededRandom(seed: 32)
        let compressed = try ZstdCompressor.compress(Self.content(900, &random))
        for count in 0..<compressed.count {
            #expect { try ZstdDecompressor.decompress(Array(compressed[..<count]), outputMax: 1 << 20) } throws: {
                ($0 as? CompressionError)?.kind == .truncated
            }
        }
    }

    @Test func damageIsAnError() throws {
        var random = SeededRandom(seed: 33)
        let content = Self.content(900, &random)
        let compressed = try ZstdCompressor.compress(content)
        for place in compressed.indices {
            var damaged = compressed
            damaged[place] ^= 1 << UInt8.random(in: 0...7, using: &random)
            let output = try? ZstdDecompressor.decompress(damaged, outputMax: 1 << 20)
            // One bit of a frame's header is unused.
            #expect(output == nil || output == content)
        }
        #expect(throws: CompressionError.self) { try ZstdDecompressor.decompress(Array("text".utf8), outputMax: 9) }
    }

    @Test func outputIsBounded() throws {
        let bomb = try ZstdCompressor.compress([UInt8](repeating: 0, count: 8 << 20))
        #expect(bomb.count < 2000)
        #expect { try ZstdDecompressor.decompress(bomb, outputMax: 1 << 20) } throws: {
            ($0 as? CompressionError)?.kind == .tooLong
        }
    }

    @Test func framesMayFollowOneAnother() throws {
        let first = Array("first".utf8), second = Array("second".utf8)
        let joined = try ZstdCompressor.compress(first) + ZstdCompressor.compress(second)
        #expect(try ZstdDecompressor.decompress(joined, outputMax: 100) == first + second)
    }
}
