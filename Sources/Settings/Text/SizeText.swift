// Part of godwit. SPDX-License-Identifier: Apache-2.0

package import StorageModel

/// Sizes as people write them: `B K M G T P E` are powers of 1024 (`Ki` and `KiB` the same), a bare number is KiB.
package enum SizeText {
    private static let units: [Character: Int64] = [
        "B": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40, "P": 1 << 50, "E": 1 << 60,
    ]

    /// The bytes that `text` means.
    package static func bytes(_ text: String) throws(StorageError) -> Int64 {
        var number = text[...]
        var unit: Int64 = 1 << 10
        if number.hasSuffix("iB") || number.hasSuffix("ib") {
            number = number.dropLast(2)
            unit = 0
        } else if number.hasSuffix("i") || number.hasSuffix("I") {
            number = number.dropLast()
            unit = 0
        }
        if let last = number.last, let named = units[Character(last.uppercased())], unit == 1 << 10 || named > 1 {
            number = number.dropLast()
            unit = named
        }
        guard unit > 0, let bytes = product(number, unit) else {
            throw StorageError(
                .invalidConfiguration, during: .validate, message: "\"\(text)\" is not a size",
                advice: "write a number and B, K, M, G, T or P, such as 64M; a bare number is KiB")
        }
        return bytes
    }

    /// The bytes that `text` means; nil for `off`.
    package static func limit(_ text: String) throws(StorageError) -> Int64? {
        text.lowercased() == "off" ? nil : try bytes(text)
    }

    private static func product(_ number: Substring, _ unit: Int64) -> Int64? {
        if let whole = Int64(number), whole >= 0, !number.hasPrefix("+"), !number.hasPrefix("-") {
            let (bytes, overflows) = whole.multipliedReportingOverflow(by: unit)
            return overflows ? nil : bytes
        }
        guard number.allSatisfy({ $0.isASCII && ($0.isNumber || $0 == ".") }), let value = Double(number) else {
            return nil
        }
        let bytes = (value * Double(unit)).rounded(.towardZero)
        return bytes < 9.2e18 ? Int64(bytes) : nil
    }
}
