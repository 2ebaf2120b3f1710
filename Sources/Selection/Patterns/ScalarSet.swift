// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// A set of Unicode scalars, as sorted ranges that neither overlap nor touch.
struct ScalarSet: Hashable, Sendable {
    private(set) var ranges: [ClosedRange<UInt32>]

    static let last: UInt32 = 0x10_FFFF
    static let all = ScalarSet([0...last])

    init(_ ranges: [ClosedRange<UInt32>] = []) {
        self.ranges = []
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let previous = self.ranges.last, range.lowerBound <= previous.upperBound + 1 {
                let upper = max(previous.upperBound, range.upperBound)
                self.ranges[self.ranges.count - 1] = previous.lowerBound...upper
            } else {
                self.ranges.append(range)
            }
        }
    }

    init(_ scalar: Unicode.Scalar) { ranges = [scalar.value...scalar.value] }

    /// The scalars of `text`, whose pairs are the ends of ranges: `"09az"`.
    init(pairs text: StaticString) {
        let values = text.description.unicodeScalars.map(\.value)
        self.init(stride(from: 0, to: values.count - 1, by: 2).map { values[$0]...values[$0 + 1] })
    }

    func union(_ other: ScalarSet) -> ScalarSet { ScalarSet(ranges + other.ranges) }

    var inverted: ScalarSet {
        var result = [ClosedRange<UInt32>](), next: UInt32 = 0
        for range in ranges {
            if range.lowerBound > next { result.append(next...range.lowerBound - 1) }
            next = range.upperBound + 1
        }
        if next <= Self.last { result.append(next...Self.last) }
        return ScalarSet(result)
    }

    /// With every scalar that differs from one in the set only by case.
    var folded: ScalarSet {
        ScalarSet(ranges + ranges.flatMap(CaseFolding.variants).map { $0...$0 })
    }

    /// Whether everything beyond ASCII is in the set.
    var holdsAllBeyondASCII: Bool { ranges.last.map { $0.lowerBound <= 0x80 && $0.upperBound == Self.last } ?? false }
}
