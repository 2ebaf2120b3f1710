// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// Locations as they may be shown before anything could open and parse them.
enum Redaction {
    /// A command line with its secrets replaced.
    static func line(_ words: [String]) -> String {
        var previous: [UInt8] = []
        return words.map { word in
            let bytes = Array(word.utf8)
            defer { previous = bytes }
            return SecretSpans.spans(in: bytes, after: previous).isEmpty ? word : "***"
        }.joined(separator: " ")
    }

    /// `location` with its secrets replaced.
    static func location(_ location: String) -> String {
        var bytes = Array(location.utf8)
        for span in SecretSpans.spans(in: bytes, after: []).reversed() { bytes.replaceSubrange(span, with: "***".utf8) }
        return String(decoding: bytes, as: UTF8.self)
    }
}
