// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// Unicode's general categories by their short names (https://www.unicode.org/reports/tr44/#General_Category_Values).
enum UnicodeCategories {
    private static let names: [(name: String, category: Unicode.GeneralCategory)] = [
        ("Lu", .uppercaseLetter), ("Ll", .lowercaseLetter), ("Lt", .titlecaseLetter), ("Lm", .modifierLetter),
        ("Lo", .otherLetter), ("Mn", .nonspacingMark), ("Mc", .spacingMark), ("Me", .enclosingMark),
        ("Nd", .decimalNumber), ("Nl", .letterNumber), ("No", .otherNumber), ("Pc", .connectorPunctuation),
        ("Pd", .dashPunctuation), ("Ps", .openPunctuation), ("Pe", .closePunctuation), ("Pi", .initialPunctuation),
        ("Pf", .finalPunctuation), ("Po", .otherPunctuation), ("Sm", .mathSymbol), ("Sc", .currencySymbol),
        ("Sk", .modifierSymbol), ("So", .otherSymbol), ("Zs", .spaceSeparator), ("Zl", .lineSeparator),
        ("Zp", .paragraphSeparator), ("Cc", .control), ("Cf", .format), ("Co", .privateUse),
    ]

    /// Where characters are assigned, but for the planes of private use.
    private static let assigned: [ClosedRange<UInt32>] = [0...0x3_ffff, 0xe_0000...0xe_0fff]
    private static let privatePlanes: [ClosedRange<UInt32>] = [0xf_0000...0xf_fffd, 0x10_0000...0x10_fffd]

    /// The scalars of the category `name`, or of all whose name begins with its one letter; nil for an unknown name.
    static func set(named name: String) -> ScalarSet? {
        if name == "Any" { return .all }
        let wanted = names.filter { $0.name == name || name.utf8.count == 1 && $0.name.hasPrefix(name) }
        guard !wanted.isEmpty else { return nil }
        let categories = Set(wanted.map(\.category))
        var ranges = categories.contains(.privateUse) ? privatePlanes : []
        for value in assigned.joined() {
            guard let scalar = Unicode.Scalar(value), categories.contains(scalar.properties.generalCategory) else {
                continue
            }
            if let last = ranges.last, last.upperBound + 1 == value {
                ranges[ranges.count - 1] = last.lowerBound...value
            } else {
                ranges.append(value...value)
            }
        }
        return ScalarSet(ranges)
    }
}
