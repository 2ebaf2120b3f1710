// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// The rules of a rule file: one a line, trimmed, without blank lines and without those that begin with `#` or `;`.
enum RuleLines {
    static func rules(in text: String) -> [(line: Int, rule: String)] {
        var result = [(line: Int, rule: String)]()
        for (index, raw) in text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let trimmed = raw.drop { $0.properties.isWhitespace }
            guard let first = trimmed.first, first != "#", first != ";",
                let last = trimmed.lastIndex(where: { !$0.properties.isWhitespace })
            else { continue }
            result.append((index + 1, String(String.UnicodeScalarView(trimmed[...last]))))
        }
        return result
    }
}
