// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Digests
import StorageModel
import Testing

@testable import SyncEngine

@Suite struct PartDigestsTests {
    private func buffer(_ number: Int, size: Int = 1 << 20) -> PartBuffer {
        PartBuffer([UInt8](repeating: UInt8(truncatingIfNeeded: number), count: size + number))
    }

    @Test(arguments: [1, 3, 8, 40]) func everyPartGetsItsOwnDigest(count: Int) async {
        let digests = PartDigests()
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<count {
                digests.begin()
                group.addTask {
                    let buffer = buffer(number)
                    #expect(await digests.digest(of: buffer) == Digest.of(buffer, .md5))
                    digests.end()
                }
            }
        }
    }

    /// Parts that are announced and never come, because they failed, keep nobody waiting for long.
    @Test func nobodyWaitsForever() async {
        let digests = PartDigests()
        for _ in 0..<8 { digests.begin() }
        for number in 0..<3 {
            let buffer = buffer(number)
            #expect(await digests.digest(of: buffer) == Digest.of(buffer, .md5))
        }
    }

    @Test func smallPartsDoNotWait() async {
        let digests = PartDigests()
        for _ in 0..<8 { digests.begin() }
        for number in 0..<100 {
            let buffer = buffer(number, size: 10)
            #expect(await digests.digest(of: buffer) == Digest.of(buffer, .md5))
        }
    }
}
