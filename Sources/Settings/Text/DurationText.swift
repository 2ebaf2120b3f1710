// Part of godwit. SPDX-License-Identifier: Apache-2.0

package import StorageModel

/// Durations as people write them: `1h30m`, `2d`, `1w`, `1M` (30 days), `1y` (365 days), `500ms`; a bare number is
/// seconds.
package enum DurationText {
    /// Longer units first where one begins another.
    private static let units: [(name: String, length: Duration)] = [
        ("ns", .nanoseconds(1)), ("us", .microseconds(1)), ("µs", .microseconds(1)), ("ms", .milliseconds(1)),
        ("s", .seconds(1)), ("m", .seconds(60)), ("h", .seconds(3600)), ("d", .seconds(86_400)),
        ("w", .seconds(604_800)), ("M", .seconds(2_592_000)), ("y", .seconds(31_536_000)),
    ]

    /// The duration that `text` means.
    package static func duration(_ text: String) throws(StorageError) -> Duration {
        guard let value = parse(text) else {
            throw StorageError(
                .invalidConfiguration, during: .validate, message: "\"\(text)\" is not a duration",
                advice: "write numbers with ms, s, m, h, d, w, M or y, such as 1h30m; a bare number is seconds")
        }
        return value
    }

    private static func parse(_ text: String) -> Duration? {
        var rest = text[...]
        let isNegative = rest.hasPrefix("-")
        if isNegative { rest = rest.dropFirst() }
        var sum = Duration.zero, isFirst = true
        while !rest.isEmpty || isFirst {
            let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
            guard let amount = Double(digits), amount <= 1e12 else { return nil }
            rest = rest.dropFirst(digits.count)
            if rest.isEmpty, isFirst {
                sum = .seconds(amount)
            } else {
                guard let unit = units.first(where: { rest.hasPrefix($0.name) }) else { return nil }
                rest = rest.dropFirst(unit.name.count)
                let seconds = Double(unit.length.components.seconds)
                guard amount * seconds <= 1e12 else { return nil }
                sum += amount == amount.rounded() ? unit.length * Int64(amount) : unit.length * amount
            }
            isFirst = false
        }
        return isNegative ? .zero - sum : sum
    }
}
