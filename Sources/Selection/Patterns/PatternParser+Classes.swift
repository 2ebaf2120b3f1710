// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// Bracket classes, named classes and escapes.
extension PatternParser {
    /// What stands after `[` up to its `]`.
    mutating func bracketClass() throws(PatternError) -> ScalarSet {
        let isNegated = skip("^")
        var ranges = [ClosedRange<UInt32>](), isFirst = true
        while let scalar = next, isFirst || scalar != "]" {
            isFirst = false
            if follows("[:"), let set = try posixClass() {
                ranges += set.ranges
            } else if scalar == "\\", try escapedClass(into: &ranges) {
                continue
            } else {
                let low = try classScalar()
                var high = low
                if follows("-"), position + 1 < text.count, text[position + 1] != "]" {
                    position += 1
                    high = try classScalar()
                    guard high >= low else { throw PatternError("the range \(low)-\(high) runs backwards") }
                }
                let set = ScalarSet([low.value...high.value])
                ranges += (flags.ignoresCase ? set.folded : set).ranges
            }
        }
        guard skip("]") else { throw PatternError("missing closing ]") }
        let set = ScalarSet(ranges)
        return isNegated ? set.inverted : set
    }

    private mutating func escapedClass(into ranges: inout [ClosedRange<UInt32>]) throws(PatternError) -> Bool {
        position += 1
        guard let set = try namedClass() else {
            position -= 1
            return false
        }
        ranges += set.ranges
        return true
    }

    private mutating func classScalar() throws(PatternError) -> Unicode.Scalar {
        guard let scalar = next else { throw PatternError("missing closing ]") }
        position += 1
        return scalar == "\\" ? try escapedScalar() : scalar
    }

    /// `[:alpha:]` or `[:^alpha:]`, inside brackets; nil when it does not end in `:]`.
    private mutating func posixClass() throws(PatternError) -> ScalarSet? {
        guard let end = text[(position + 2)...].firstIndex(of: ":"), end + 1 < text.count, text[end + 1] == "]" else {
            return nil
        }
        var name = String(String.UnicodeScalarView(text[(position + 2)..<end]))
        let isNegated = name.hasPrefix("^")
        if isNegated { name.removeFirst() }
        guard var set = Self.posixClasses[name] else { throw PatternError("unknown class [:\(name):]") }
        position = end + 2
        if flags.ignoresCase { set = set.folded }
        return isNegated ? set.inverted : set
    }

    private static let posixClasses: [String: ScalarSet] = [
        "alnum": ScalarSet(pairs: "09AZaz"), "alpha": ScalarSet(pairs: "AZaz"), "ascii": ScalarSet([0...0x7f]),
        "blank": ScalarSet(pairs: "\t\t  "), "cntrl": ScalarSet([0...0x1f, 0x7f...0x7f]),
        "digit": ScalarSet(pairs: "09"), "graph": ScalarSet(pairs: "!~"), "lower": ScalarSet(pairs: "az"),
        "print": ScalarSet(pairs: " ~"), "punct": ScalarSet(pairs: "!/:@[`{~"),
        "space": ScalarSet([9...13, 32...32]), "upper": ScalarSet(pairs: "AZ"),
        "word": ScalarSet(pairs: "09AZaz__"), "xdigit": ScalarSet(pairs: "09AFaf"),
    ]

    /// `\d`, `\s`, `\w`, their opposites, and `\p` with a general category; nil, without a step, for anything else.
    mutating func namedClass() throws(PatternError) -> ScalarSet? {
        guard let letter = next else { return nil }
        var set: ScalarSet
        switch letter {
        case "d", "D": set = ScalarSet(pairs: "09")
        case "s", "S": set = ScalarSet([9...10, 12...13, 32...32])
        case "w", "W": set = ScalarSet(pairs: "09AZaz__")
        case "p", "P":
            position += 1
            return try category(isNegated: letter == "P")
        default: return nil
        }
        position += 1
        if flags.ignoresCase { set = set.folded }
        return "DSW".unicodeScalars.contains(letter) ? set.inverted : set
    }

    private mutating func category(isNegated: Bool) throws(PatternError) -> ScalarSet {
        var name = "", isNegated = isNegated
        if skip("{") {
            if skip("^") { isNegated.toggle() }
            while let scalar = next, scalar != "}" {
                name.unicodeScalars.append(scalar)
                position += 1
            }
            guard skip("}") else { throw PatternError("missing closing } of \\p{") }
        } else if let scalar = next {
            name = String(scalar)
            position += 1
        }
        guard var set = UnicodeCategories.set(named: name) else {
            throw PatternError("the class \\p{\(name)} is not supported: only general categories such as L or Lu are")
        }
        if flags.ignoresCase { set = set.folded }
        return isNegated ? set.inverted : set
    }

    /// The scalar that an escape stands for, from behind its backslash.
    mutating func escapedScalar() throws(PatternError) -> Unicode.Scalar {
        guard let scalar = next else { throw PatternError("a backslash ends the pattern") }
        position += 1
        switch scalar {
        case "a": return "\u{7}"
        case "f": return "\u{c}"
        case "n": return "\n"
        case "r": return "\r"
        case "t": return "\t"
        case "v": return "\u{b}"
        case "x": return try hexadecimalScalar()
        case "0"..."7":
            if scalar != "0", next.map({ !("0"..."7").contains($0) }) ?? true { break }
            var value = scalar.value - 48
            for _ in 0..<2 {
                guard let digit = next, ("0"..."7").contains(digit) else { break }
                value = value * 8 + digit.value - 48
                position += 1
            }
            if let result = Unicode.Scalar(value) { return result }
        default:
            if scalar.isASCII, scalar != "_", scalar.properties.numericType == nil, !scalar.properties.isAlphabetic {
                return scalar
            }
        }
        throw PatternError("unknown escape \\\(scalar)")
    }

    private mutating func hexadecimalScalar() throws(PatternError) -> Unicode.Scalar {
        var digits = ""
        if skip("{") {
            while let scalar = next, scalar != "}", digits.utf8.count < 8 {
                digits.unicodeScalars.append(scalar)
                position += 1
            }
            guard skip("}") else { throw PatternError("missing closing } of \\x{") }
        } else {
            while let scalar = next, digits.utf8.count < 2 {
                digits.unicodeScalars.append(scalar)
                position += 1
            }
            guard digits.utf8.count == 2 else { throw PatternError("\\x wants two hexadecimal digits") }
        }
        guard let value = UInt32(digits, radix: 16), let scalar = Unicode.Scalar(value) else {
            throw PatternError("\\x{\(digits)} is no character")
        }
        return scalar
    }
}
