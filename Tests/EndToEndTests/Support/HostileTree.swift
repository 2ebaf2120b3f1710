// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Foundation

extension FileTree {
    /// A tree of `count` files at least, whose names are as bad as a file system allows.
    static func hostile(seed: UInt64, count: Int, withNewlines: Bool = true) -> FileTree {
        var random = SeededRandom(seed: seed)
        var tree = FileTree()
        let odd = [
            "e\u{301}.txt", "\u{e9}.txt", "sp ace/in name .txt", " leading", "plus+plus", "per%cent", "%2F",
            "a&b=c?d#e",
            "quote'quote\"", "tilde~", "(paren)[bracket]{brace}", "star*", "semi;colon:comma,",
            "<angle>", "$HOME", "`tick`", "@at!", "caret^|pipe", ".hidden", ".config/.deep", "..double", "...", "-dash",
            "--flag", "foo", "foo-bar", "foo.d/x", "foo0", "foo!", "foo.d-", "日本語/ファイル", "emoji-😀",
            "\u{1F600}/\u{fe0f}",
            "\u{ffff}", "\u{10ffff}", "tab\there", "bell\u{7}", "del\u{7f}", "a/b/c/d/e/f/g/h/i/j/k/l/m",
            String(repeating: "n", count: 255), "d/" + String(repeating: "é", count: 127) + "x",
            "long/" + Array(repeating: String(repeating: "p", count: 198), count: 5).joined(separator: "/"),
        ]
        for name in odd + (withNewlines ? ["new\nline", "carriage\rreturn"] : []) {
            tree[name] = random.file(Int.random(in: 1...3_000, using: &random))
        }
        for name in ["empty", "empty.d/also empty", ".empty"] { tree[name] = random.file(0) }
        while tree.files.count < count {
            let depth = Int.random(in: 0...3, using: &random)
            let parents = (0..<depth).map { _ in "dir\(Int.random(in: 0...6, using: &random))" }
            let name = "file-\(tree.files.count)-\(String(UInt32.random(in: 0...(.max), using: &random), radix: 36))"
            tree[(parents + [name]).joined(separator: "/")] = random.file(Int.random(in: 0...2_048, using: &random))
        }
        return tree
    }
}
