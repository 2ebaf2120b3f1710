// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageTestKit
import StoreBench
import Testing

@Suite struct LatencyHistogramTests {
    @Test(arguments: [1, 2, 3] as [UInt64]) func percentilesAreThoseOfTheSortedList(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var all = LatencyHistogram(), half = LatencyHistogram(), values: [Double] = []
        for index in 0..<5000 {
            // From microseconds to minutes.
            var value = Double.random(in: 1...10, using: &random)
            for _ in 0..<Int.random(in: 0...7, using: &random) { value *= 10 }
            values.append(value * 1e-6)
            if index % 2 == 0 { all.add(value * 1e-6) } else { half.add(value * 1e-6) }
        }
        all.merge(half)
        values.sort()
        #expect(all.count == 5000)
        #expect(all.min == values[0])
        #expect(all.max == values[4999])
        for share in [0.01, 0.5, 0.9, 0.99, 1] {
            let exact = values[Int((share * 5000).rounded(.up)) - 1]
            let ratio = all.percentile(share) / exact
            #expect(ratio > 0.999 && ratio < 1.04, "\(share): \(all.percentile(share)) for \(exact)")
        }
    }

    @Test func nothingMeasured() { #expect(LatencyHistogram().percentile(0.5) == 0) }
}
