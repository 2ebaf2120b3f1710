// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// A range of scalars as sequences of byte ranges: every string that takes its n-th byte from the n-th range.
enum UTF8Ranges {
    static func sequences(of range: ClosedRange<UInt32>) -> [[ClosedRange<UInt8>]] {
        var result = [[ClosedRange<UInt8>]]()
        add(range.lowerBound, range.upperBound, to: &result)
        return result
    }

    private static func add(_ low: UInt32, _ high: UInt32, to result: inout [[ClosedRange<UInt8>]]) {
        for last in [0x7f, 0x7ff, 0xffff] as [UInt32] where low <= last && high > last {
            add(low, last, to: &result)
            return add(last + 1, high, to: &result)
        }
        let count = length(low)
        for trailing in stride(from: 1, to: count, by: 1) {
            let mask = UInt32(1) << (6 * UInt32(trailing)) - 1
            guard low & ~mask != high & ~mask else { continue }
            if low & mask != 0 {
                add(low, low | mask, to: &result)
                return add((low | mask) + 1, high, to: &result)
            }
            if high & mask != mask {
                add(low, (high & ~mask) - 1, to: &result)
                return add(high & ~mask, high, to: &result)
            }
        }
        result.append(zip(bytes(low, count), bytes(high, count)).map { $0...$1 })
    }

    private static func length(_ value: UInt32) -> Int {
        value < 0x80 ? 1 : value < 0x800 ? 2 : value < 0x1_0000 ? 3 : 4
    }

    /// The UTF-8 of a value; surrogates, which occur in no text, as if they were scalars.
    private static func bytes(_ value: UInt32, _ count: Int) -> [UInt8] {
        guard count > 1 else { return [UInt8(value)] }
        let lead: [UInt32] = [0, 0, 0xc0, 0xe0, 0xf0]
        var result = [UInt8(lead[count] | value >> (6 * UInt32(count - 1)))]
        for index in stride(from: count - 2, through: 0, by: -1) {
            result.append(UInt8(0x80 | value >> (6 * UInt32(index)) & 0x3f))
        }
        return result
    }
}
