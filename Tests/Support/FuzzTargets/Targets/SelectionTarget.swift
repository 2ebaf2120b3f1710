// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

@testable import Selection

/// Filter rules: the compiled automaton decides as a matcher does that follows the pattern step by step.
///
/// The first line says how the rest is read, the last is a path, the lines between are rules.
enum SelectionTarget: FuzzTarget {
    static let name = "selection"
    static let lengthMax = 200

    static let seeds = [
        "f\n- *.txt\n+ /a/**\n- *\na/b/c.txt", "i\n*.jpg\n/dir/**\nx/y.jpg", "e\n{a,b}/[x-z]?\n{{\\w+\\d{2,3}}}\na/x1",
        "fc\n+ \u{e9}*\n- **/\n\u{c9}a", "f\n- {{(?i:a|b)*$}}\n!\n- a\nb", "e\n[[:alpha:]]*/\n[^\\d\\pL]\nab/c",
        "f\n- {{^\\bfoo\\b.*\\z}}\n+ **foo\nfoo bar",
    ]

    static let dictionary = [
        "- ", "+ ", "!", "**", "*", "?", "{{", "}}", "{", "}", ",", "[", "]", "[^", "[[:alpha:]]", "\\", "\\b", "\\d",
        "\\pL", "\\x{e9}", "(?i)", "(?:", "(?P<n>", ")", "|", "{2,3}", "{1000}", "^", "$", "/", ".", "\u{e9}",
        "\u{1f600}", "\u{17f}", "K", "\\Q", "\\E", "a/b",
    ]

    static func check(_ input: [UInt8]) throws {
        let lines = String(decoding: input, as: UTF8.self).unicodeScalars.split(
            separator: "\n", omittingEmptySubsequences: false
        ).map { String($0) }
        guard lines.count >= 3, let path = lines.last, path.unicodeScalars.count <= 24 else { return }
        var definition = SelectionDefinition(now: Timestamp(seconds: 0))
        definition.ignoresCase = lines[0].contains("c")
        let rules = Array(lines[1..<lines.count - 1].prefix(6))
        switch lines[0].first {
        case "i": definition.include = rules
        case "e": definition.exclude = rules
        default: definition.filter = rules
        }
        let list: RuleList
        do throws(SelectionError) { list = try RuleList(definition) } catch {
            try require((try? Selection(definition)) == nil, "the rules are refused and compiled")
            return
        }
        // What rules may weigh costs an instant for people and too much for a million inputs.
        let weight = (list.files.ordered + list.directories.ordered).reduce(0) { $0 + list.pattern(of: $1).weight }
        guard weight <= 120 else { return }
        let selection = try Selection(definition)
        let key = ObjectKey(path)
        let selects = selection.selects(Entry(key: key, size: 1), key: key)
        let scalars = Array(path.unicodeScalars)
        let isIncluded = decide(list.files.ordered, list, scalars)
        let directories = scalars.indices.filter { scalars[$0] == "/" }
        let leads = directories.allSatisfy { decide(list.directories.ordered, list, Array(scalars[...$0])) }
        try require(
            selects == (isIncluded && leads),
            "the automaton \(selects ? "selects" : "leaves out") \(path.debugDescription), the patterns do not")
    }

    /// The first rule that matches decides; what none matches is included.
    private static func decide(_ rules: [RuleList.Rule], _ list: RuleList, _ text: [Unicode.Scalar]) -> Bool {
        rules.first { PatternMatcher(text: text).matches(list.pattern(of: $0)) }?.includes ?? true
    }
}

/// Follows a pattern over a text, keeping all positions that it may have reached.
private struct PatternMatcher {
    let text: [Unicode.Scalar]

    func matches(_ pattern: Pattern) -> Bool { !follow(pattern, from: Set(0...text.count)).isEmpty }

    private func follow(_ pattern: Pattern, from starts: Set<Int>) -> Set<Int> {
        switch pattern {
        case .scalar(let set):
            return Set(starts.filter { $0 < text.count && contains(set, text[$0]) }.map { $0 + 1 })
        case .sequence(let parts):
            return parts.reduce(starts) { $0.isEmpty ? $0 : follow($1, from: $0) }
        case .choice(let branches):
            return branches.reduce(into: Set()) { $0.formUnion(follow($1, from: starts)) }
        case .repetition(let inner, let least, let most):
            return repeated(inner, least, most, from: starts)
        case .assertion(let assertion):
            return starts.filter { holds(assertion, at: $0) }
        }
    }

    private func repeated(_ inner: Pattern, _ least: Int, _ most: Int?, from starts: Set<Int>) -> Set<Int> {
        var current = starts
        for _ in 0..<least { current = follow(inner, from: current) }
        var reached = current
        for _ in 0..<(most.map { $0 - least } ?? .max) {
            current = follow(inner, from: current).subtracting(reached)
            if current.isEmpty { break }
            reached.formUnion(current)
        }
        return reached
    }

    private func contains(_ set: ScalarSet, _ scalar: Unicode.Scalar) -> Bool {
        set.ranges.contains { $0.contains(scalar.value) }
    }

    private func holds(_ assertion: Pattern.Assertion, at position: Int) -> Bool {
        let before = position > 0 ? text[position - 1] : nil, after = position < text.count ? text[position] : nil
        switch assertion {
        case .textStart: return before == nil
        case .textEnd: return after == nil
        case .lineStart: return before == nil || before == "\n"
        case .lineEnd: return after == nil || after == "\n"
        case .wordBoundary: return isWord(before) != isWord(after)
        case .notWordBoundary: return isWord(before) == isWord(after)
        }
    }

    private func isWord(_ scalar: Unicode.Scalar?) -> Bool {
        guard let scalar, scalar.isASCII else { return false }
        return scalar == "_" || scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
    }
}
