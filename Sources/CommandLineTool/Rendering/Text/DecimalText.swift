// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// Numbers as text, without locale.
enum DecimalText {
    /// `value` rounded to `digits` fractional digits (0 ... 6), as C's `%.*f` writes it.
    static func fixed(_ value: Double, _ digits: Int) -> String {
        var scale: Int64 = 1
        for _ in 0..<digits { scale *= 10 }
        guard value.magnitude < 9e12 else { return String(Int64(clamping: Int(value.rounded()))) }
        let scaled = Int64((value.magnitude * Double(scale)).rounded(.toNearestOrEven))
        let sign = value < 0 && scaled > 0 ? "-" : ""
        guard digits > 0 else { return sign + String(scaled) }
        let fraction = String(scaled % scale)
        return sign + String(scaled / scale) + "." + String(repeating: "0", count: digits - fraction.count) + fraction
    }

    /// `text` behind spaces up to `width`.
    static func right(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.utf8.count)) + text
    }

    /// `text` before spaces up to `width`.
    static func left(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.utf8.count))
    }
}
