// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// rclone's form of a modification time in `x-amz-meta-mtime`: decimal seconds with at most nine fractional digits,
/// trailing zeros and dot trimmed (`1700000000.5`, `0`, `-1.5`).
extension Timestamp {
    /// Reads the decimal form; nil when `text` is not one.
    public init?(decimal text: some StringProtocol) {
        var digits = text.utf8[...]
        let isNegative = digits.first == UInt8(ascii: "-")
        if isNegative { digits = digits.dropFirst() }
        let dot = digits.firstIndex(of: UInt8(ascii: ".")) ?? digits.endIndex
        guard let whole = Self.number(digits[..<dot]) else { return nil }
        var nanoseconds: Int64 = 0
        if dot != digits.endIndex {
            let fraction = digits[digits.index(after: dot)...].prefix(9)
            guard let value = Self.number(fraction) else { return nil }
            nanoseconds = value
            for _ in fraction.count..<9 { nanoseconds *= 10 }
        }
        if isNegative, nanoseconds > 0 {
            self.init(seconds: -whole - 1, nanoseconds: UInt32(1_000_000_000 - nanoseconds))
        } else {
            self.init(seconds: isNegative ? -whole : whole, nanoseconds: UInt32(nanoseconds))
        }
    }

    private static func number(_ digits: some Sequence<UInt8>) -> Int64? {
        var value: Int64 = 0, any = false
        for digit in digits {
            guard digit >= UInt8(ascii: "0"), digit <= UInt8(ascii: "9"), value < 100_000_000_000_000_000 else {
                return nil
            }
            value = value * 10 + Int64(digit - UInt8(ascii: "0"))
            any = true
        }
        return any ? value : nil
    }

    /// The decimal form.
    public var decimal: String {
        guard nanoseconds > 0 else { return String(seconds) }
        let isNegative = seconds < 0
        let whole = isNegative ? -(seconds + 1) : seconds
        let nanos = isNegative ? 1_000_000_000 - nanoseconds : nanoseconds
        var fraction = String(nanos)
        fraction = String(repeating: "0", count: 9 - fraction.count) + fraction
        while fraction.hasSuffix("0") { fraction.removeLast() }
        return "\(isNegative ? "-" : "")\(whole).\(fraction)"
    }
}
