// Part of godwit. SPDX-License-Identifier: Apache-2.0

import CLinux
import StorageModel
import Testing

@testable import Digests

/// Messages that are digested side by side have the digests that they have alone, whatever their lengths.
@Suite struct DigestLanesTests {
    private static let kinds = Array(0...godwit_md5_best().rawValue)

    private func check(_ sizes: [Int], _ kind: UInt32, _ random: inout SeededRandom) {
        let buffers = sizes.map { PartBuffer(random.bytes($0)) }
        let expected = buffers.map { Digest.of($0, .md5) }
        let found = withExtendedLifetime(buffers) {
            Digest.md5(of: buffers.map { $0.withUnsafeBytes { $0 } }, godwit_md5_kind(rawValue: kind))
        }
        #expect(found == expected, "kind \(kind), sizes \(sizes)")
        #expect(Digest.md5(of: buffers) == expected)
    }

    /// Around the ends of blocks, where the padding needs one more or not.
    @Test(arguments: kinds) func everyLength(_ kind: UInt32) {
        var random = SeededRandom(seed: 21)
        for size in Array(0...140) + [183, 184, 191, 192, 193, 1000] { check([size, size], kind, &random) }
    }

    @Test(arguments: kinds) func everyCount(_ kind: UInt32) {
        var random = SeededRandom(seed: 22)
        for count in 0...3 * Int(GODWIT_MD5_LANES) + 1 {
            let max = count % 3 == 0 ? 3000 : 130
            check((0..<count).map { _ in Int.random(in: 0...max, using: &random) }, kind, &random)
        }
    }
}
