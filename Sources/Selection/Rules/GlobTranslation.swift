// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// Turns a filter pattern into a regular expression, with rclone's meaning (https://rclone.org/filtering/).
///
/// `*` is a run without `/`, `**` any run, `?` one character but `/`, `{a,b}` alternatives, `[...]` a class of the
/// regular expression, `{{...}}` a regular expression, and a backslash escapes. A pattern that begins with `/` holds
/// from the location's root, any other from the beginning of some component; all hold to the key's end.
struct GlobTranslation {
    private let glob: [Unicode.Scalar]
    private var position = 0
    private var result = ""
    /// Braces that are open.
    private var depth = 0

    static func regularExpression(_ glob: String, ignoresCase: Bool) throws(PatternError) -> String {
        var text = ignoresCase ? "(?i)" : ""
        let isAnchored = glob.utf8.first == UInt8(ascii: "/")
        text += isAnchored ? "^" : "(^|/)"
        var translation = GlobTranslation(glob: Array(glob.unicodeScalars.dropFirst(isAnchored ? 1 : 0)))
        try translation.run()
        return text + translation.result + "$"
    }

    private init(glob: [Unicode.Scalar]) { self.glob = glob }

    private mutating func run() throws(PatternError) {
        while position < glob.count {
            let scalar = glob[position]
            position += 1
            switch scalar {
            case "*": try stars()
            case "?": result += "[^/]"
            case "[": try brackets()
            case "]": throw PatternError("] without [")
            case "{": try openBrace()
            case "}":
                guard depth > 0 else { throw PatternError("} without {") }
                depth -= 1
                result += ")"
            case ",": result += depth > 0 ? "|" : ","
            case "\\": escape()
            case ".", "+", "(", ")", "|", "^", "$":
                result += "\\"
                result.unicodeScalars.append(scalar)
            default: result.unicodeScalars.append(scalar)
            }
        }
        guard depth == 0 else { throw PatternError("{ without }") }
    }

    private mutating func stars() throws(PatternError) {
        var count = 1
        while position < glob.count, glob[position] == "*" {
            position += 1
            count += 1
        }
        guard count <= 2 else { throw PatternError("more than two stars in a row") }
        result += count == 1 ? "[^/]*" : ".*"
    }

    /// Copies a class as it stands, up to the bracket that closes it (brackets within count).
    private mutating func brackets() throws(PatternError) {
        result += "["
        var open = 1
        while open > 0 {
            guard position < glob.count else { throw PatternError("[ without ]") }
            if glob[position] == "[" { open += 1 }
            if glob[position] == "]" { open -= 1 }
            result.unicodeScalars.append(glob[position])
            position += 1
        }
    }

    private mutating func escape() {
        result += "\\"
        guard position < glob.count else { return }
        result.unicodeScalars.append(glob[position])
        position += 1
    }

    private mutating func openBrace() throws(PatternError) {
        guard depth > 0, position >= 2, glob[position - 2] == "{" else {
            depth += 1
            result += "("
            return
        }
        // The second of two: what follows is a regular expression, up to the last two braces of the next run.
        depth -= 1
        var end = position
        while end + 1 < glob.count, glob[end] != "}" || glob[end + 1] != "}" { end += 1 }
        guard end + 1 < glob.count else { throw PatternError("{{ without }}") }
        while end + 2 < glob.count, glob[end + 2] == "}" { end += 1 }
        result.unicodeScalars.append(contentsOf: glob[position..<end])
        result += ")"
        position = end + 2
    }
}
