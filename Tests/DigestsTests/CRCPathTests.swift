// Part of godwit. SPDX-License-Identifier: Apache-2.0

import CLinux
import Testing

/// The processor's instructions and the tables must agree at every length and alignment.
@Suite struct CRCPathTests {
    @Test(arguments: [GODWIT_CRC32, GODWIT_CRC32C, GODWIT_CRC64NVME].map(\.rawValue))
    func instructionsEqualTables(_ raw: UInt32) {
        let kind = godwit_crc_kind(rawValue: raw)
        var random = SeededRandom(seed: 13)
        let bytes = random.bytes(2100)
        bytes.withUnsafeBytes { whole in
            for count in Array(0...330) + [511, 512, 513, 1024, 2000] {
                let start = Int.random(in: 0...16, using: &random)
                let piece = UnsafeRawBufferPointer(rebasing: whole[start..<start + count])
                let seed = kind == GODWIT_CRC64NVME ? random.next() : random.next() >> 32
                #expect(
                    godwit_crc_update(kind, seed, piece.baseAddress, count)
                        == godwit_crc_update_portable(kind, seed, piece.baseAddress, count))
            }
        }
    }

    /// Bit by bit, as the polynomials are defined.
    @Test(
        arguments: [
            (GODWIT_CRC32.rawValue, 0xedb8_8320 as UInt64, 32 as UInt64),
            (GODWIT_CRC32C.rawValue, 0x82f6_3b78, 32), (GODWIT_CRC64NVME.rawValue, 0x9a6c_9329_ac4b_c9b5, 64),
        ])
    func tablesEqualDefinition(_ raw: UInt32, _ polynomial: UInt64, _ width: UInt64) {
        var random = SeededRandom(seed: 14)
        let bytes = random.bytes(301)
        let ones = UInt64.max >> (64 - width)
        var state = ones
        for byte in bytes {
            state ^= UInt64(byte)
            for _ in 0..<8 { state = (state >> 1) ^ (state & 1 == 1 ? polynomial : 0) }
        }
        #expect(
            godwit_crc_update_portable(godwit_crc_kind(rawValue: raw), 0, bytes, bytes.count) == state ^ ones)
    }
}
