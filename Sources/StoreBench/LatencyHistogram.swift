// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// How long calls took, in buckets that are 3 % wide: percentiles of any number of calls in little memory.
public struct LatencyHistogram: Sendable, Hashable {
    /// Buckets for each doubling.
    private static let steps = 24.0
    /// The upper bound of the first bucket.
    private static let least = 1e-6

    private var counts: [Int32] = []
    public private(set) var count = 0
    /// Seconds.
    public private(set) var min = Double.infinity
    public private(set) var max = 0.0

    public init() {}

    /// Adds a call that took so many seconds.
    public mutating func add(_ seconds: Double) {
        let index = seconds > Self.least ? Int((log2(seconds / Self.least) * Self.steps).rounded(.up)) : 0
        if index >= counts.count { counts.append(contentsOf: repeatElement(0, count: index + 1 - counts.count)) }
        counts[index] += 1
        count += 1
        min = Swift.min(min, seconds)
        max = Swift.max(max, seconds)
    }

    public mutating func merge(_ other: LatencyHistogram) {
        if other.counts.count > counts.count {
            counts.append(contentsOf: repeatElement(0, count: other.counts.count - counts.count))
        }
        for (index, more) in other.counts.enumerated() { counts[index] += more }
        count += other.count
        min = Swift.min(min, other.min)
        max = Swift.max(max, other.max)
    }

    /// The seconds that `share` (0 ... 1) of the calls stayed within; 0 without any call.
    public func percentile(_ share: Double) -> Double {
        guard count > 0 else { return 0 }
        let wanted = Swift.max(Int((share * Double(count)).rounded(.up)), 1)
        var seen = 0
        for (index, number) in counts.enumerated() {
            seen += Int(number)
            if seen >= wanted { return Swift.min(Swift.max(Self.least * exp2(Double(index) / Self.steps), min), max) }
        }
        return max
    }
}
