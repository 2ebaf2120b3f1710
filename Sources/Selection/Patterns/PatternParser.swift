// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// Reads a regular expression in RE2's syntax (https://github.com/google/re2/wiki/Syntax), the syntax of rclone's
/// filter rules. Captures are groups; greediness has no meaning, as only whether a pattern matches is asked. A dot
/// takes line breaks too: rclone shows them to its rules as visible signs.
struct PatternParser {
    let text: [Unicode.Scalar]
    var position = 0
    var flags = Flags()
    private var depth = 0

    struct Flags {
        var ignoresCase = false, multiline = false
    }

    static func parse(_ text: String) throws(PatternError) -> Pattern {
        var parser = PatternParser(text: Array(text.unicodeScalars))
        let pattern = try parser.choice()
        guard parser.position == parser.text.count else { throw PatternError("unexpected )") }
        guard pattern.weight <= Pattern.weightMax else { throw PatternError("the pattern is too large") }
        return pattern
    }

    private init(text: [Unicode.Scalar]) { self.text = text }

    var next: Unicode.Scalar? { position < text.count ? text[position] : nil }

    func follows(_ literal: String) -> Bool { text[position...].starts(with: literal.unicodeScalars) }

    /// Steps over `literal` if it comes next.
    mutating func skip(_ literal: String) -> Bool {
        guard follows(literal) else { return false }
        position += literal.unicodeScalars.count
        return true
    }

    private mutating func choice() throws(PatternError) -> Pattern {
        var branches = [try sequence()]
        while skip("|") { branches.append(try sequence()) }
        return branches.count == 1 ? branches[0] : .choice(branches)
    }

    private mutating func sequence() throws(PatternError) -> Pattern {
        var parts = [Pattern]()
        /// Whether the last part can be repeated: it is there, and is not a repetition itself.
        var repeatable = false
        while let scalar = next, scalar != "|", scalar != ")" {
            if let bounds = try repetitionBounds() {
                guard let last = parts.last else { throw PatternError("nothing to repeat before \(scalar)") }
                guard repeatable else { throw PatternError("a repetition is repeated") }
                parts[parts.count - 1] = .repetition(last, min: bounds.min, max: bounds.max)
                repeatable = false
            } else if follows("(?"), !follows("(?P"), !follows("(?<"), try flagChange() {
                repeatable = false
            } else if skip("\\Q") {
                quoted(into: &parts)
                repeatable = !parts.isEmpty
            } else {
                parts.append(try item())
                repeatable = true
            }
        }
        return parts.count == 1 ? parts[0] : .sequence(parts)
    }

    /// `*`, `+`, `?`, `{n}`, `{n,}`, `{n,m}`, each perhaps with `?`. A brace that is none of these is itself.
    private mutating func repetitionBounds() throws(PatternError) -> (min: Int, max: Int?)? {
        let start = position
        var bounds: (min: Int, max: Int?)
        if skip("*") {
            bounds = (0, nil)
        } else if skip("+") {
            bounds = (1, nil)
        } else if skip("?") {
            bounds = (0, 1)
        } else if skip("{"), let least = number() {
            bounds = (least, least)
            if skip(",") { bounds.max = number() }
            guard skip("}") else {
                position = start
                return nil
            }
            guard bounds.min <= 1000, bounds.max ?? 0 <= 1000, bounds.min <= bounds.max ?? 1000 else {
                throw PatternError("a repetition count is above 1000 or out of order")
            }
        } else {
            position = start
            return nil
        }
        _ = skip("?")
        return bounds
    }

    private mutating func number() -> Int? {
        let start = position
        var value = 0
        while let digit = next, ("0"..."9").contains(digit), position - start < 6 {
            value = value * 10 + Int(digit.value - 48)
            position += 1
        }
        return position > start ? value : nil
    }

    /// `(?i)` and the like, which hold to the end of the group. False, without a step, for `(?:` and `(?i:`.
    private mutating func flagChange() throws(PatternError) -> Bool {
        let start = position
        position += 2
        let changed = try readFlags()
        guard skip(")") else {
            position = start
            return false
        }
        flags = changed
        return true
    }

    private mutating func readFlags() throws(PatternError) -> Flags {
        var result = flags, value = true
        while let scalar = next, scalar != ":", scalar != ")" {
            switch scalar {
            case "i": result.ignoresCase = value
            case "m": result.multiline = value
            case "s", "U": break
            case "-" where value: value = false
            default: throw PatternError("unknown group (?\(scalar)")
            }
            position += 1
        }
        return result
    }

    private mutating func quoted(into parts: inout [Pattern]) {
        while let scalar = next, !skip("\\E") {
            position += 1
            parts.append(literal(scalar))
        }
    }

    private mutating func item() throws(PatternError) -> Pattern {
        guard let scalar = next else { return .empty }
        position += 1
        switch scalar {
        case "(":
            return try group()
        case "[":
            return .scalar(try bracketClass())
        case ".":
            return .scalar(.all)
        case "^":
            return .assertion(flags.multiline ? .lineStart : .textStart)
        case "$":
            return .assertion(flags.multiline ? .lineEnd : .textEnd)
        case "\\":
            return try escaped()
        default:
            return literal(scalar)
        }
    }

    private func literal(_ scalar: Unicode.Scalar) -> Pattern {
        let set = ScalarSet(scalar)
        return .scalar(flags.ignoresCase ? set.folded : set)
    }

    private mutating func group() throws(PatternError) -> Pattern {
        let outer = flags
        if skip("?P<") || skip("?<") {
            while let scalar = next, scalar != ">" {
                guard scalar == "_" || scalar.properties.isAlphabetic || scalar.properties.numericType != nil else {
                    throw PatternError("a group has a bad name")
                }
                position += 1
            }
            guard skip(">") else { throw PatternError("a group's name does not end") }
        } else if skip("?") {
            flags = try readFlags()
            guard skip(":") else { throw PatternError("a group does not end") }
        }
        depth += 1
        guard depth < 200 else { throw PatternError("groups are nested too deeply") }
        let inner = try choice()
        depth -= 1
        guard skip(")") else { throw PatternError("missing closing )") }
        flags = outer
        return inner
    }

    private mutating func escaped() throws(PatternError) -> Pattern {
        switch next {
        case "A": position += 1; return .assertion(.textStart)
        case "z": position += 1; return .assertion(.textEnd)
        case "b": position += 1; return .assertion(.wordBoundary)
        case "B": position += 1; return .assertion(.notWordBoundary)
        default:
            if let set = try namedClass() { return .scalar(set) }
            return literal(try escapedScalar())
        }
    }
}
