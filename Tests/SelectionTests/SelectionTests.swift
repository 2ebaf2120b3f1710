// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel
import Testing

@testable import Selection

@Suite struct SelectionTests {
    private static let now = Timestamp(seconds: 1_700_000_000)

    private func selection(_ change: (inout SelectionDefinition) -> Void) throws -> Selection {
        var definition = SelectionDefinition(now: Self.now)
        change(&definition)
        return try Selection(definition)
    }

    private func selects(_ selection: Selection, _ key: String, size: Int64 = 0, modified: Timestamp? = nil) -> Bool {
        let key = ObjectKey(key)
        return selection.selects(Entry(key: key, size: size, modified: modified), key: key)
    }

    @Test func nothingAskedSelectsEverything() throws {
        #expect(selects(.all, "a/b"))
        #expect(selects(try selection { _ in }, "a\n/\u{1}"))
        #expect(Selection.all.mayContain(ObjectKey("a/")))
    }

    @Test func doubleStarsAndClassesTakeLineBreaks() throws {
        let secret = try selection { $0.exclude = ["secret/**", "x?y"] }
        #expect(!selects(secret, "secret/a\nb"))
        #expect(!selects(secret, "x\ny"))
        #expect(selects(secret, "secret"))
    }

    @Test func formsOfUnicodeAreDifferentKeys() throws {
        let composed = try selection { $0.exclude = ["\u{e9}"] }
        #expect(!selects(composed, "\u{e9}"))
        #expect(selects(composed, "e\u{301}"))
        let oneCharacter = try selection { $0.exclude = ["?"] }
        #expect(!selects(oneCharacter, "\u{1F600}"))
        #expect(selects(oneCharacter, "e\u{301}"))
    }

    @Test func bytesThatAreNoTextMatchStars() throws {
        let key = ObjectKey(SharedBytes([0x61, 0xff, 0xc3, 0x2f, 0x62]))
        let entry = Entry(key: key, size: 0)
        #expect(!(try selection { $0.exclude = ["a*/b"] }).selects(entry, key: key))
        #expect(!(try selection { $0.exclude = ["a**"] }).selects(entry, key: key))
        #expect((try selection { $0.exclude = ["a?/b"] }).selects(entry, key: key))
    }

    @Test func rulesComeByKindOfFlag() throws {
        let mixed = try selection {
            $0.filter = ["- *.txt"]
            $0.exclude = ["a*"]
            $0.include = ["*.txt"]
        }
        #expect(selects(mixed, "a.txt"))
        #expect(!selects(mixed, "b.jpg"))
        let cleared = try selection {
            $0.exclude = ["*.txt"]
            $0.filterFrom = [.init(name: "f", text: "# all\n\n  ! \n- b*")]
        }
        #expect(selects(cleared, "a.txt"))
        #expect(!selects(cleared, "b.txt"))
    }

    @Test func directoriesArePruned() throws {
        let excluded = try selection { $0.exclude = [".git/", "/cache/**"] }
        #expect(!excluded.mayContain(ObjectKey("a/.git/")))
        #expect(!excluded.mayContain(ObjectKey("a/.git/objects/")))
        #expect(!excluded.mayContain(ObjectKey("cache/")))
        #expect(excluded.mayContain(ObjectKey("a/cache/")))
        let included = try selection { $0.include = ["/data/2024/*.csv"] }
        #expect(included.mayContain(ObjectKey("data/")))
        #expect(included.mayContain(ObjectKey("data/2024/")))
        #expect(!included.mayContain(ObjectKey("data/2023/")))
        #expect(!included.mayContain(ObjectKey("data/2024/x/")))
        #expect(!included.mayContain(ObjectKey("other/")))
    }

    @Test func directoryEntriesFollowDirectoryRules() throws {
        let pruned = try selection {
            $0.exclude = ["/a/"]
            $0.minSize = 10
            $0.maxDepth = 1
        }
        func directory(_ key: String) -> Bool {
            pruned.selects(Entry(key: ObjectKey(key), kind: .directory, size: 0), key: ObjectKey(key))
        }
        #expect(!directory("a/"))
        #expect(directory("b/"))
        #expect(!directory("b/c/"))
        #expect(!pruned.mayContain(ObjectKey("b/")))
    }

    @Test func sizesAndAgesAreInclusive() throws {
        let sized = try selection { ($0.minSize, $0.maxSize) = (10, 20) }
        #expect([9, 10, 20, 21].map { selects(sized, "a", size: $0) } == [false, true, true, false])
        let aged = try selection { ($0.minAge, $0.maxAge) = (.seconds(10), .milliseconds(20_500)) }
        func isSelected(_ secondsAgo: Int64, _ nanoseconds: UInt32 = 0) -> Bool {
            let time = Timestamp(seconds: Self.now.seconds - secondsAgo, nanoseconds: nanoseconds)
            return selects(aged, "a", modified: time)
        }
        #expect(!isSelected(9))
        #expect(isSelected(10))
        #expect(!isSelected(10, 1))
        #expect(isSelected(21, 500_000_000))
        #expect(!isSelected(21, 499_999_999))
    }

    @Test func theTimeOfWritingStandsForAnUnknownModificationTime() throws {
        let recent = try selection { $0.maxAge = .seconds(60) }
        let key = ObjectKey("a")
        let old = Entry(key: key, size: 0, written: Timestamp(seconds: Self.now.seconds - 61))
        #expect(!recent.selects(old, key: key))
        #expect(recent.selects(Entry(key: key, size: 0), key: key))
    }

    @Test func errorsNameTheRuleItsPlaceAndTheReason() {
        func message(_ change: (inout SelectionDefinition) -> Void) -> String {
            do {
                _ = try selection(change)
                return ""
            } catch {
                return "\(error)"
            }
        }
        #expect(message { $0.include = ["a[b"] } == "--include \"a[b\": [ without ]")
        #expect(
            message { $0.filterFrom = [.init(name: "rules.txt", text: "+ a\n\nb")] }
                == "rules.txt:3 \"b\": a filter rule begins with \"+ \" or \"- \", or is \"!\"")
        #expect(message { $0.exclude = ["{{a(}}"] }.contains("missing closing )"))
        #expect(message { $0.exclude = ["{{((a{900}){900}){900}}}"] }.contains("too large"))
        #expect(message { $0.exclude = ["{{\\p{Greek}}}"] }.contains("general categories"))
        #expect(message { $0.exclude = [""] }.contains("empty"))
        #expect(message { ($0.minSize, $0.maxSize) = (2, 1) }.contains("--min-size"))
        #expect(message { ($0.minAge, $0.maxAge) = (.seconds(2), .seconds(1)) }.contains("--min-age"))
    }

    /// Rules that need more states than a table may have are spread over tables, or followed node by node.
    @Test(arguments: [1, 20, 2000]) func theSizeOfTablesChangesNothing(_ statesMax: Int) throws {
        let rules = try (0..<6).map { index in
            let glob = try GlobTranslation.regularExpression("*<\(index)>*", ignoresCase: false)
            return (includes: index % 2 == 1, pattern: try PatternParser.parse(glob))
        }
        let last = (includes: false, pattern: try PatternParser.parse("^.*$"))
        let automaton = RuleAutomaton(rules + [last], statesMax: statesMax)
        func includes(_ path: String) -> Bool {
            Array(path.utf8).withUnsafeBytes { automaton.includes($0) }
        }
        #expect(["x<0>", "<5><4>", "<4><2>x", "x", "a/<0>"].map(includes) == Array(repeating: false, count: 5))
        #expect(["x<1>y", "<4><3>", "<5>", "<2>/<1>"].map(includes) == Array(repeating: true, count: 4))
        func includesDirectories(_ path: String) -> Bool {
            Array(path.utf8).withUnsafeBytes { automaton.includesDirectories(of: $0) }
        }
        #expect(RuleAutomaton(rules, statesMax: statesMax).isTrivial == false)
        #expect(!includesDirectories("<1>/<0>/x"))
        #expect(!includesDirectories("a/"))
        #expect(includesDirectories("x"))
    }

    @Test func rulesThatOnlyIncludeAreNoRules() {
        let pattern = Pattern.scalar(ScalarSet("a"))
        #expect(RuleAutomaton([(includes: true, pattern: pattern)]).isTrivial)
        #expect(!RuleAutomaton([(includes: false, pattern: pattern), (includes: true, pattern: pattern)]).isTrivial)
    }

    @Test func scalarsAreCutIntoBytes() {
        for range in [0x7f...0x80, 0x7fe...0x801, 0xd000...0x1_0001, 0x3_fff0...0x4_0010] as [ClosedRange<UInt32>] {
            let sequences = UTF8Ranges.sequences(of: range)
            for value in range.lowerBound - 2...range.upperBound + 2 {
                guard let scalar = Unicode.Scalar(value) else { continue }
                let bytes = Array(String(scalar).utf8)
                let isIn = sequences.contains { $0.count == bytes.count && zip($0, bytes).allSatisfy { $0 ~= $1 } }
                #expect(isIn == range.contains(value), "\(String(value, radix: 16))")
            }
        }
    }

    @Test func caseFoldsAsUnicodeSays() {
        #expect(Set(ScalarSet("k").folded.ranges) == [0x4b...0x4b, 0x6b...0x6b, 0x212a...0x212a])
        #expect(ScalarSet("\u{130}").folded == ScalarSet("\u{130}"))
        #expect(ScalarSet("ß").folded.ranges.contains(0x1e9e...0x1e9e))
        #expect(ScalarSet("ς").folded.ranges == [0x3a3...0x3a3, 0x3c2...0x3c3])
    }
}
