// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// rclone's form of a modification time in `x-amz-meta-mtime`: decimal seconds with at most nine fractional digits,
/// trailing zeros and dot trimmed (`1700000000.5`, `0`, `-1.5`).
extension Timestamp {
    /// Reads the decimal form; nil when `text` is not one.
    public init?(decimal text: String) {
        // An object's time comes with each answer: over bytes, since generic views of text cost twenty times as much.
        var text = text
        guard let time = text.withUTF8({ Self.read(UnsafeRawBufferPointer($0)) }) else { return nil }
        self = time
    }

    private static func read(_ text: UnsafeRawBufferPointer) -> Timestamp? {
        let isNegative = text.first == UInt8(ascii: "-")
        var index = isNegative ? 1 : 0
        guard let whole = number(text, &index, digitsMax: 18) else { return nil }
        var nanoseconds: Int64 = 0
        if index < text.count {
            guard text[index] == UInt8(ascii: ".") else { return nil }
            let start = index + 1
            index = start
            guard let value = number(text, &index, digitsMax: 9) else { return nil }
            nanoseconds = value
            for _ in (index - start)..<9 { nanoseconds *= 10 }
            // Finer than can be kept.
            while index < text.count, isDigit(text[index]) { index += 1 }
            guard index == text.count else { return nil }
        }
        if isNegative, nanoseconds > 0 {
            return Timestamp(seconds: -whole - 1, nanoseconds: UInt32(1_000_000_000 - nanoseconds))
        }
        return Timestamp(seconds: isNegative ? -whole : whole, nanoseconds: UInt32(nanoseconds))
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

    /// The digits from `index` on, which is moved behind them; nil without any, or where there are more before a dot.
    private static func number(_ text: UnsafeRawBufferPointer, _ index: inout Int, digitsMax: Int) -> Int64? {
        var value: Int64 = 0, digits = 0
        while index < text.count, isDigit(text[index]), digits < digitsMax {
            value = value * 10 + Int64(text[index] - UInt8(ascii: "0"))
            index += 1
            digits += 1
        }
        return digits > 0 ? value : nil
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
