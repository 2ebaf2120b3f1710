// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel
import Testing

@testable import SyncEngine

@Suite struct PartLayoutTests {
    private static let mebibyte: Int64 = 1 << 20
    private static let s3 = Capabilities.MultipartLimits(partMin: 5 << 20, partMax: 5 << 30, partCountMax: 10_000)

    @Test(
        arguments: [
            (0, 8, 1), (1, 8, 1), (8 << 20, 8, 1), ((8 << 20) + 1, 8, 2), (1 << 30, 8, 128), (80_000 << 20, 8, 10_000),
            ((80_000 << 20) + 1, 16, 5001), (5 << 40, 1024, 5120),
        ] as [(Int64, Int64, Int)])
    func thePartIsAFunctionOfTheSize(size: Int64, part: Int64, count: Int) {
        let layout = PartLayout(size: size, limits: Self.s3)
        #expect(layout.partSize == part * Self.mebibyte)
        #expect(layout.count == count)
    }

    @Test func anAskedForPartIsKeptUnlessTheCountForbidsIt() {
        #expect(PartLayout(size: 100 << 20, partSize: 5 << 20, limits: Self.s3).partSize == 5 << 20)
        #expect(PartLayout(size: 100 << 20, partSize: 1 << 20, limits: Self.s3).partSize == 5 << 20)
        #expect(PartLayout(size: 60_000 << 20, partSize: 5 << 20, limits: Self.s3).partSize == 10 << 20)
        let few = Capabilities.MultipartLimits(partMin: 1, partMax: 5 << 30, partCountMax: 4)
        #expect(PartLayout(size: 100 << 20, limits: few).partSize == 32 << 20)
    }

    @Test func rangesCoverTheObjectOnce() {
        for size in [0, 1, 9, 10, 11, 99] as [Int64] {
            let layout = PartLayout(size: size, partSize: 10)
            var end: Int64 = 0
            for number in 1...layout.count {
                let range = layout.range(number)
                #expect(range.lowerBound == end)
                end = range.upperBound
            }
            #expect(end == size)
        }
    }

    @Test func inferredPartsGiveTheNumberOfParts() {
        for part in [5, 8, 16, 50, 64] as [Int64] {
            for parts in [1, 2, 3, 7, 100] {
                let size = part * Self.mebibyte * Int64(parts) - 12345
                let candidates = PartSizeInference.candidates(size: size, parts: parts, own: [8 << 20])
                #expect(parts == 1 ? candidates == [size] : candidates.contains(part * Self.mebibyte))
                for candidate in candidates { #expect((size + candidate - 1) / candidate == Int64(parts)) }
            }
        }
        // Our own comes first where it is possible.
        #expect(PartSizeInference.candidates(size: 12 << 20, parts: 2, own: [8 << 20]).first == 8 << 20)
    }
}
