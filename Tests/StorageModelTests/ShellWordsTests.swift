// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Testing

@testable import StorageModel

@Suite struct ShellWordsTests {
    @Test(arguments: [
        ("", []), ("  \t ", []), ("cp a b", ["cp", "a", "b"]), (" cp  a\tb\r", ["cp", "a", "b"]),
        ("'a b' \"c d\"", ["a b", "c d"]), ("a'b'\"c\"d", ["abcd"]), ("'' \"\"", ["", ""]), ("a\\ b", ["a b"]),
        ("'a\\b'", ["a\\b"]), ("\"a\\b \\\" \\\\ \\$\"", ["a\\b \" \\ $"]), ("\"it's\"", ["it's"]),
        ("$HOME *", ["$HOME", "*"]), ("e\u{301} 'é'", ["e\u{301}", "é"]), ("\\'", ["'"]),
    ])
    func splits(line: String, words: [String]) throws {
        let split = try ShellWords.split(line)
        // As bytes: strings compare by more than those.
        #expect(split.map { Array($0.utf8) } == words.map { Array($0.utf8) })
    }

    @Test(arguments: ["'a", "\"a", "a\\", "\"a\\"])
    func unfinished(line: String) { #expect(throws: ShellWords.Unfinished.self) { try ShellWords.split(line) } }
}
