// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Compression
import Testing

@Suite struct GzipTests {
    private static func compress(_ content: [UInt8]) -> [UInt8] {
        var compressor = GzipCompressor()
        var output: [UInt8] = []
        compressor.push(content, into: &output)
        compressor.finish(into: &output)
        return output
    }

    private static func decompress(
        _ bytes: [UInt8], pieces: Int = .max, limit: Int = 1000
    ) throws(CompressionError) -> [UInt8] {
        var decompressor = GzipDecompressor()
        var (rest, content) = (bytes[...], [UInt8]())
        while !rest.isEmpty {
            var piece = rest.prefix(pieces)
            rest = rest.dropFirst(pieces == .max ? rest.count : pieces)
            while true {
                let read = try decompressor.read(limit, from: &piece)
                if read.isEmpty { break }
                content += read
            }
            precondition(piece.isEmpty)
        }
        try decompressor.finish()
        return content
    }

    private static func content(_ count: Int) -> [UInt8] {
        var random = SeededRandom(seed: UInt64(count))
        return (0..<count).map { _ in UInt8.random(in: 0...3, using: &random) }
    }

    @Test(arguments: [0, 1, 100, 70_000, 300_000]) func whatGoesInComesOut(count: Int) throws {
        let content = Self.content(count), compressed = Self.compress(content)
        #expect(compressed.starts(with: [0x1f, 0x8b]))
        for (pieces, limit) in [(Int.max, 1 << 20), (7, 1000), (1, 3)] where count < 100_000 || pieces != 1 {
            #expect(try Self.decompress(compressed, pieces: pieces, limit: limit) == content)
        }
    }

    /// As `cat a.gz b.gz` makes it.
    @Test func membersFollowOneAnother() throws {
        let two = Self.compress(Self.content(5000)) + Self.compress([]) + Self.compress(Self.content(100))
        #expect(try Self.decompress(two) == Self.content(5000) + Self.content(100))
    }

    @Test func whatIsCutOffIsTold() throws {
        let whole = Self.compress(Self.content(5000))
        for count in [1, 9, 10, 500, whole.count - 9, whole.count - 1] {
            let error = #expect(throws: CompressionError.self) { try Self.decompress(Array(whole.prefix(count))) }
            #expect(error?.kind == .truncated, "\(count)")
        }
    }

    @Test func whatIsDamagedIsTold() throws {
        let whole = Self.compress(Self.content(5000))
        for index in [0, 1, whole.count - 5, whole.count - 1] {
            var damaged = whole
            damaged[index] ^= 0x10
            let error = #expect(throws: CompressionError.self) { try Self.decompress(damaged) }
            #expect(error?.kind == .malformed, "\(index)")
        }
        #expect(throws: CompressionError.self) { try Self.decompress(whole + [1, 2, 3]) }
    }
}
