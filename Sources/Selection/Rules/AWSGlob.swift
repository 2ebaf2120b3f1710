// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// Turns a pattern of `aws s3` into a regular expression: Python's `fnmatch` over the whole key
/// (https://docs.aws.amazon.com/cli/latest/reference/s3/#use-of-exclude-and-include-filters).
///
/// `*` is any run, `?` any one character, both `/` too; `[abc]`, `[a-z]` and `[!abc]` are sets, whose bracket stands for
/// itself where none closes it.
struct AWSGlob {
    private let glob: [Unicode.Scalar]
    private var position = 0
    private var result = "^"

    /// Nil for a pattern that no key can match: one that begins with `/` does not hold for what is under a location.
    static func regularExpression(_ glob: String) -> String? {
        guard glob.utf8.first != UInt8(ascii: "/") else { return nil }
        var translation = AWSGlob(glob: Array(glob.unicodeScalars))
        translation.run()
        return translation.result + "$"
    }

    private init(glob: [Unicode.Scalar]) { self.glob = glob }

    private mutating func run() {
        while position < glob.count {
            let scalar = glob[position]
            position += 1
            switch scalar {
            case "*": result += ".*"
            case "?": result += "."
            case "[": set()
            default: result += Self.literal(scalar)
            }
        }
    }

    /// A set, or a bracket if it is not closed. The first character closes none.
    private mutating func set() {
        var start = position
        let isNegated = start < glob.count && glob[start] == "!"
        if isNegated { start += 1 }
        var end = start < glob.count && glob[start] == "]" ? start + 1 : start
        while end < glob.count, glob[end] != "]" { end += 1 }
        guard end < glob.count else {
            result += Self.literal("[")
            return
        }
        position = end + 1
        let ranges = Self.ranges(glob[start..<end])
        if ranges.isEmpty {
            // All of its ranges run backward: nothing is in it.
            result += isNegated ? "." : "[^\\x{0}-\\x{10ffff}]"
        } else {
            result += (isNegated ? "[^" : "[") + ranges.joined() + "]"
        }
    }

    private static func ranges(_ members: ArraySlice<Unicode.Scalar>) -> [String] {
        var ranges: [String] = []
        var index = members.startIndex
        while index < members.endIndex {
            let first = members[index]
            if index + 2 < members.endIndex, members[index + 1] == "-" {
                let last = members[index + 2]
                if first <= last { ranges.append("\(literal(first))-\(literal(last))") }
                index += 3
            } else {
                ranges.append(literal(first))
                index += 1
            }
        }
        return ranges
    }

    private static func literal(_ scalar: Unicode.Scalar) -> String { "\\x{\(String(scalar.value, radix: 16))}" }
}
