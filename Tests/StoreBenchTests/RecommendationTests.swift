// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Testing

@testable import StoreBench

@Suite struct RecommendationTests {
    private func measurement(
        _ operation: Measurement.Operation, size: Int64 = 4096, part: Int64? = nil, _ concurrency: Int, rate: Double,
        refusals: Int = 0
    ) -> Measurement {
        var measurement = Measurement(operation, size: size, partSize: part, concurrency)
        (measurement.seconds, measurement.calls, measurement.refusals) = (1, Int(rate), refusals)
        measurement.bytes = Int64(rate) * (part ?? size)
        return measurement
    }

    @Test func theLeastThatBringsNearlyTheMost() {
        let advice = Recommendation([
            measurement(.put, 1, rate: 100), measurement(.put, 8, rate: 700), measurement(.put, 16, rate: 920),
            measurement(.put, 32, rate: 1000), measurement(.get, 8, rate: 2000), measurement(.get, 16, rate: 2010),
            measurement(.put, size: 1 << 20, 64, rate: 90),
        ])
        #expect(advice.transfers == 16)
        #expect(advice.partsAtOnce == nil)
        #expect(advice.refusedAt == nil)
    }

    @Test func theFewestBytesInFlightThatServeBothDirections() {
        let advice = Recommendation([
            measurement(.putParts, part: 8 << 20, 2, rate: 50), measurement(.getParts, part: 8 << 20, 2, rate: 99),
            measurement(.putParts, part: 8 << 20, 4, rate: 95), measurement(.getParts, part: 8 << 20, 4, rate: 100),
            measurement(.putParts, part: 8 << 20, 8, rate: 100), measurement(.getParts, part: 8 << 20, 8, rate: 100),
            measurement(.putParts, part: 32 << 20, 2, rate: 25), measurement(.getParts, part: 32 << 20, 2, rate: 25),
        ])
        #expect(advice.partsAtOnce == 4)
        #expect(advice.partSize == 8 << 20)
        #expect(advice.transfers == nil)
    }

    @Test func whatNeverSucceededIsNoAdvice() {
        let advice = Recommendation([measurement(.put, 1, rate: 0), measurement(.putParts, part: 8 << 20, 1, rate: 0)])
        #expect(advice.transfers == nil)
        #expect(advice.partsAtOnce == nil)
    }

    @Test func whatWasRefusedIsNoAdvice() {
        let advice = Recommendation([
            measurement(.put, 1, rate: 100), measurement(.put, 2, rate: 200),
            measurement(.put, 4, rate: 400, refusals: 3),
        ])
        #expect(advice.transfers == 2)
        #expect(advice.refusedAt == 4)
        #expect(advice.refusedFrom == 400)
    }
}
