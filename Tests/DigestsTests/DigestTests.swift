// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Digests
import StorageModel
import Testing

@Suite struct DigestTests {
    @Test(
        "known digests of 123456789",
        arguments: [
            (ChecksumAlgorithm.crc32, "cbf43926"), (.crc32c, "e3069283"), (.crc64nvme, "ae8b14860a799888"),
            (.md5, "25f9e794323b453885f5181f1b624d0b"), (.sha1, "f7c3bc1d808e04732adf679965ccc34ca7ae3441"),
            (.sha256, "15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225"),
        ])
    func knownDigests(_ algorithm: ChecksumAlgorithm, _ expected: String) {
        #expect(Hexadecimal.encode(Digest.of(Array("123456789".utf8), algorithm)) == expected)
    }

    @Test(
        "digests of nothing",
        arguments: [
            (ChecksumAlgorithm.crc32, "00000000"), (.crc32c, "00000000"), (.crc64nvme, "0000000000000000"),
            (.md5, "d41d8cd98f00b204e9800998ecf8427e"), (.sha1, "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
            (.sha256, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ])
    func digestsOfNothing(_ algorithm: ChecksumAlgorithm, _ expected: String) {
        #expect(Hexadecimal.encode(Digest.of([UInt8](), algorithm)) == expected)
        #expect(Hexadecimal.encode(Digest.of(UnsafeRawBufferPointer(start: nil, count: 0), algorithm)) == expected)
    }

    /// RFC 3720, appendix B.4, and the zlib and NVM Express values of the same inputs.
    @Test func knownLongerCRCs() {
        let zeros = [UInt8](repeating: 0, count: 32), ascending = (0..<32).map { UInt8($0) }
        #expect(Hexadecimal.encode(Digest.of(zeros, .crc32c)) == "8a9136aa")
        #expect(Hexadecimal.encode(Digest.of([UInt8](repeating: 255, count: 32), .crc32c)) == "62a8ab43")
        #expect(Hexadecimal.encode(Digest.of(ascending, .crc32c)) == "46dd794e")
        #expect(Hexadecimal.encode(Digest.of(zeros, .crc32)) == "190a55ad")
        #expect(Hexadecimal.encode(Digest.of([UInt8](repeating: 0, count: 4096), .crc64nvme)) == "6482d367eb22b64e")
        #expect(Hexadecimal.encode(Digest.of([UInt8](repeating: 255, count: 4096), .crc64nvme)) == "c0ddba7302eca3ac")
    }

    /// A multipart upload of five MiB of zeros and one byte `a`.
    @Test func compositeAndFullObject() {
        let zeros = [UInt8](repeating: 0, count: 5 << 20), last = Array("a".utf8)
        let tag = Digest.composite([Digest.of(zeros, .md5), Digest.of(last, .md5)])
        #expect(tag.hexadecimal == "c37a4df95f46d5fbd682f9f1aff63bd5-2")
        let crcs = [Digest.of(zeros, .crc32), Digest.of(last, .crc32)]
        let composite = Digest.composite(crcs, .crc32)
        #expect(Base64.encode(composite.bytes) == "QYpu5w==")
        #expect(composite.parts == 2)
        #expect(Base64.encode(Digest.combine(crcs[0], crcs[1], lengthOfB: 1, .crc32)) == "yBEAQw==")
    }

    @Test("streamed in random pieces equals one shot", arguments: ChecksumAlgorithm.allCases)
    func streamedEqualsOneShot(_ algorithm: ChecksumAlgorithm) {
        var random = SeededRandom(seed: 11)
        var digester = Digester(algorithm)
        for _ in 0..<60 {
            let bytes = random.bytes(Int.random(in: 0...5000, using: &random))
            var offset = 0
            while offset < bytes.count {
                let count = Int.random(in: 0...min(700, bytes.count - offset), using: &random)
                bytes.withUnsafeBytes {
                    digester.update(UnsafeRawBufferPointer(rebasing: $0[offset..<offset + count]))
                }
                offset += count
            }
            let whole = Digest.of(bytes, algorithm)
            #expect(digester.finish() == whole)
            #expect(Digest.of(PartBuffer(bytes), algorithm) == whole)
            #expect(Digest.checksum(of: bytes, algorithm) == Checksum(algorithm, whole))
        }
    }

    @Test("combined equals whole", arguments: [ChecksumAlgorithm.crc32, .crc32c, .crc64nvme])
    func combinedEqualsWhole(_ algorithm: ChecksumAlgorithm) {
        var random = SeededRandom(seed: 12)
        for _ in 0..<200 {
            let a = random.bytes(Int.random(in: 0...3000, using: &random))
            let b = random.bytes(Int.random(in: 0...3000, using: &random))
            let combined = Digest.combine(
                Digest.of(a, algorithm), Digest.of(b, algorithm), lengthOfB: Int64(b.count), algorithm)
            #expect(combined == Digest.of(a + b, algorithm))
        }
    }

    @Test("contexts are shared between threads safely", arguments: [ChecksumAlgorithm.md5, .sha256])
    func concurrent(_ algorithm: ChecksumAlgorithm) async {
        let bytes = [UInt8](repeating: 7, count: 1000)
        let expected = Digest.of(bytes, algorithm)
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 {
                group.addTask { (0..<500).allSatisfy { _ in Digest.of(bytes, algorithm) == expected } }
            }
            for await same in group { #expect(same) }
        }
    }
}
