// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel
import Testing

@testable import SyncEngine

/// How far a target's history follows a source's.
@Suite struct HistoryMatchTests {
    /// `a`, `b` ...: contents; `-`: a delete marker.
    private func history(_ text: String, _ name: String) -> [Entry] {
        text.enumerated().map { index, character in
            let version = "\(name)\(index)"
            guard character != "-" else {
                return Entry(key: ObjectKey("k"), kind: .deleteMarker, size: 0, version: version)
            }
            let digit = String(character.asciiValue.map { String($0, radix: 16) }?.last ?? "0")
            return Entry(
                key: ObjectKey("k"), size: 1, tag: VersionTag(String(repeating: digit, count: 32)), version: version)
        }
    }

    @Test(arguments: [
        ("a", "a", true), ("ab-a", "ab-a", false), ("ab-c", "ab-c", true), ("ab", "a", false), ("a-", "a-", true),
        ("aa", "aa", false), ("-", "-", true), ("ab", "ba", false), ("a", "-", false),
    ])
    func sameByDigests(source: String, target: String, isSame: Bool) {
        let match = HistoryMatch.same(history(source, "s"), history(target, "t"))
        #expect((match != nil) == isSame)
        if let match { #expect(match.count == source.count && match.copies.count == source.count) }
    }

    @Test func theBeginning() {
        #expect(HistoryMatch.beginning(history("ab-c", "s"), history("ab-", "t"))?.count == 3)
        #expect(HistoryMatch.beginning(history("ab", "s"), history("abc", "t")) == nil)
        #expect(HistoryMatch.beginning(history("ab", "s"), history("b", "t")) == nil)
        #expect(HistoryMatch.beginning(history("ab", "s"), []) == HistoryMatch())
    }

    /// (source, target, place of a known copy at the source and at the target, versions that are there, strangers above)
    @Test(arguments: [
        ("abc", "ab", 1, 1, 2, false), ("ab--c", "ab-", 1, 1, 3, false), ("ab--c", "ab---", 1, 1, 4, true),
        ("ab", "abx", 1, 1, 2, true), ("a-b", "a-x", 0, 0, 2, true), ("bc", "abc", 1, 2, 2, false),
        ("ab-", "zab", 1, 2, 2, false), ("ab", "ab-", 1, 1, 2, true),
    ])
    func fromAKnownCopy(
        source: String, target: String, origin: Int, place: Int, count: Int, hasStranger: Bool
    ) {
        let match = HistoryMatch(history(source, "s"), history(target, "t"), origin: origin, place: place)
        #expect(match.count == count)
        #expect((match.stranger != nil) == hasStranger)
        #expect(match.copies[origin] == "t\(place)")
    }
}
