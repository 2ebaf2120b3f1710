// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Testing

@testable import HTTPTransport

/// A rate in time that passes only by what the tests add.
@Suite struct ByteRateTests {
    private static let millisecond: Nanoseconds = 1_000_000

    /// What three who always want more take of `rate` in each millisecond; none looks while `sleeps`.
    private func taken(
        _ rate: ByteRate, from start: Nanoseconds, milliseconds: Int, sleeps: (Int) -> Bool = { _ in false }
    ) -> [Int] {
        (1...milliseconds).map { step in
            guard !sleeps(step) else { return 0 }
            let now = start + Nanoseconds(step) * Self.millisecond
            return (0..<3).reduce(0) { sum, _ in sum + rate.take(upTo: 1 << 20, now: now) }
        }
    }

    /// The most and the least in any five seconds.
    private func windows(_ taken: [Int]) -> (least: Int, most: Int) {
        var sum = taken[..<5000].reduce(0, +)
        var (least, most) = (sum, sum)
        for end in 5000..<taken.count {
            sum += taken[end] - taken[end - 5000]
            (least, most) = (min(least, sum), max(most, sum))
        }
        return (least, most)
    }

    private func limited(_ rate: Int64) -> (ByteRate, Nanoseconds) {
        let start = MonotonicClock.now, shared = ByteRate()
        shared.set(rate, now: start)
        return (shared, start)
    }

    @Test(arguments: [20_000, 1_000_000, 300_000_000] as [Int64])
    func anyFiveSecondsKeepWithinAFewPercent(_ bytes: Int64) {
        let (rate, start) = limited(bytes)
        let (least, most) = windows(taken(rate, from: start, milliseconds: 20_000))
        #expect(Double(least) >= 0.95 * 5 * Double(bytes) && Double(most) <= 1.05 * 5 * Double(bytes))
    }

    @Test func whatWasNotUsedIsNotMadeUpFor() {
        let (rate, start) = limited(1_000_000)
        // Late now and then, which costs nothing, and for seven seconds not at all.
        let taken = taken(rate, from: start, milliseconds: 30_000) { step in
            step % 400 < 100 || (8000..<15_000).contains(step)
        }
        #expect(windows(taken).most <= 5_250_000)
        #expect(windows(Array(taken[15_000...])).least >= 4_750_000)
    }

    @Test func aChangeHoldsAtOnce() {
        let (rate, start) = limited(1000)
        #expect(taken(rate, from: start, milliseconds: 1000).reduce(0, +) <= 1000)
        let second = 1000 * Self.millisecond
        rate.set(1_000_000, now: start + second)
        let fast = taken(rate, from: start + second, milliseconds: 5000).reduce(0, +)
        #expect((4_750_000...5_250_000).contains(fast))
        rate.set(nil, now: start + 6 * second)
        #expect(!rate.isLimited && rate.bytesPerSecond == nil)
        #expect(rate.take(upTo: 1 << 30, now: start + 6 * second) == 1 << 30)
        rate.set(1000, now: start + 7 * second)
        #expect(rate.isLimited && rate.take(upTo: 1 << 30, now: start + 7 * second) == 0)
        #expect(taken(rate, from: start + 7 * second, milliseconds: 1000).reduce(0, +) <= 1000)
    }

    @Test func whatIsGivenBackIsForOthers() {
        let (rate, start) = limited(1_000_000)
        let later = start + 100 * Self.millisecond
        let first = rate.take(upTo: 64 << 10, now: later)
        #expect(first == 64 << 10)
        rate.take(-first)
        #expect(rate.take(upTo: 64 << 10, now: later) == first)
    }
}
