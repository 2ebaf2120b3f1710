// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// A field of a comma-separated line (RFC 4180).
enum CSVField {
    /// `bytes`, in double quotes where the separator, a quote or a line break would be misread, or a space leads.
    static func quoted(_ bytes: [UInt8]) -> [UInt8] { quoted(bytes, separator: UInt8(ascii: ",")) }

    static func quoted(_ bytes: [UInt8], separator: UInt8) -> [UInt8] {
        let quote = UInt8(ascii: "\"")
        let isPlain =
            bytes.first != UInt8(ascii: " ")
            && !bytes.contains { $0 == separator || $0 == quote || $0 == 0x0a || $0 == 0x0d }
        if isPlain { return bytes }
        return [quote] + bytes.flatMap { $0 == quote ? [quote, quote] : [$0] } + [quote]
    }

    /// The same behind an apostrophe where a spreadsheet would take `bytes` for a formula and carry it out
    /// (https://owasp.org/www-community/attacks/CSV_Injection). What begins with an apostrophe gets one too, so that the
    /// first one always goes.
    static func harmless(_ bytes: [UInt8]) -> [UInt8] {
        guard let first = bytes.first, "=+-@'\t\r".utf8.contains(first) else { return quoted(bytes) }
        return quoted([UInt8(ascii: "'")] + bytes)
    }
}
