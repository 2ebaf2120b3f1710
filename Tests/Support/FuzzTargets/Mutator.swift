// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// Makes inputs out of others; the same seed makes the same inputs.
package struct Mutator {
    private var random: Splitmix
    private let dictionary: [[UInt8]]
    private let lengthMax: Int

    /// SplitMix64, which needs no test kit here.
    private struct Splitmix: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9e37_79b9_7f4a_7c15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
            return mixed ^ (mixed >> 31)
        }
    }

    /// Bytes that readers stumble over.
    private static let special: [[UInt8]] = [
        [0], [0x7f], [0x80], [0xff], [0x0a], [0x0d, 0x0a], Array("\u{85}".utf8), Array("\u{2028}".utf8),
        Array("\u{301}".utf8), Array("\u{feff}".utf8), Array("\u{fffe}".utf8), Array("\u{1f600}".utf8), [0xc3],
        [0xe2, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], Array("%".utf8), Array("\"".utf8),
        Array("9223372036854775808".utf8), Array("-1".utf8),
    ]

    package init(seed: UInt64, dictionary: [String], lengthMax: Int) {
        random = Splitmix(state: seed)
        self.dictionary = dictionary.map { Array($0.utf8) } + Self.special
        self.lengthMax = lengthMax
    }

    /// A changed copy of one of `corpus`, which is not empty.
    package mutating func next(_ corpus: [[UInt8]]) -> [UInt8] {
        var input = corpus.randomElement(using: &random) ?? []
        for _ in 0..<Int.random(in: 1...4, using: &random) { change(&input, corpus) }
        return Array(input.prefix(lengthMax))
    }

    private mutating func change(_ input: inout [UInt8], _ corpus: [[UInt8]]) {
        let place = Int.random(in: 0...input.count, using: &random)
        let end = min(place + Int.random(in: 1...16, using: &random), input.count)
        switch Int.random(in: 0..<9, using: &random) {
        case 0, 1: input.insert(contentsOf: dictionary.randomElement(using: &random) ?? [], at: place)
        case 2: input.insert(UInt8.random(in: 0...255, using: &random), at: place)
        case 3: input.removeSubrange(place..<end)
        case 4 where place < input.count: input[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 5 where place < end:
            let times = Int.random(in: 1...8, using: &random)
            let piece = Array(input[place..<end])
            for _ in 0..<times { input.insert(contentsOf: piece, at: place) }
        case 6: input.removeSubrange(place...)
        case 7 where place < end:
            input.replaceSubrange(place..<end, with: dictionary.randomElement(using: &random) ?? [])
        default:
            let other = corpus.randomElement(using: &random) ?? []
            let from = Int.random(in: 0...other.count, using: &random)
            input.insert(contentsOf: other[from...].prefix(64), at: place)
        }
    }
}
