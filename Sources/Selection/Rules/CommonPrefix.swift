// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// What all keys begin with that rules can select, so that nothing else need be listed.
enum CommonPrefix {
    /// `rules`: the patterns in their order, before they are compiled. Empty, or ends in `/`.
    static func of(_ rules: [(includes: Bool, glob: String)]) -> [UInt8] {
        guard let last = rules.firstIndex(where: { !$0.includes && excludesEverything($0.glob) }) else { return [] }
        let heads = rules[..<last].filter(\.includes).map { head(of: $0.glob) }
        guard var common = heads.first else { return [] }
        for head in heads.dropFirst() {
            let count = zip(common, head).prefix { $0 == $1 }.count
            common.removeSubrange(count...)
        }
        let slash = common.lastIndex(of: UInt8(ascii: "/"))
        return slash.map { Array(common[...$0]) } ?? []
    }

    private static func excludesEverything(_ glob: String) -> Bool { ["*", "**", "/**"].contains(glob) }

    /// The bytes that every key begins with which an include pattern lets through. Unanchored, a pattern with
    /// directories holds below its first one alone, since no other is entered for it.
    private static func head(of glob: String) -> [UInt8] {
        guard !DirectoryGlobs.directories(of: glob).contains("/**") else { return [] }
        let isAnchored = glob.utf8.first == UInt8(ascii: "/")
        let body = glob.utf8.dropFirst(isAnchored ? 1 : 0)
        let literal = body.prefix { !"*?[]{}\\,".utf8.contains($0) }
        let slash = isAnchored ? literal.lastIndex(of: UInt8(ascii: "/")) : literal.firstIndex(of: UInt8(ascii: "/"))
        return slash.map { Array(literal[...$0]) } ?? []
    }
}
