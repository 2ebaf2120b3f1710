// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// Splits a line into words as a shell does: at blanks, outside of quotes; nothing is expanded
/// (https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_02).
package enum ShellWords {
    /// A quote that is not closed, or a backslash with nothing behind it.
    package struct Unfinished: Error, Hashable { package var reason: String }

    package static func split(_ line: some StringProtocol) throws(Unfinished) -> [String] {
        var words: [String] = [], word: String.UnicodeScalarView?
        var quote: Unicode.Scalar?
        var rest = line.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            switch (scalar, quote) {
            case ("'", "'"), ("\"", "\""): quote = nil
            case ("'", nil), ("\"", nil):
                quote = scalar
                word = word ?? .init()
            case ("\\", nil), ("\\", "\""):
                guard let next = rest.popFirst() else { throw Unfinished(reason: "a backslash ends the line") }
                // Within double quotes it is itself before all but these.
                if quote != nil, !"\\\"$`".unicodeScalars.contains(next) { word?.append(scalar) }
                word = word ?? .init()
                word?.append(next)
            case (" ", nil), ("\t", nil), ("\r", nil):
                if let done = word { words.append(String(done)) }
                word = nil
            default:
                word = word ?? .init()
                word?.append(scalar)
            }
        }
        if let quote { throw Unfinished(reason: "\(quote) is not closed") }
        if let word { words.append(String(word)) }
        return words
    }
}
