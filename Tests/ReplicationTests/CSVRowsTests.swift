// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageTestKit
import Testing

@testable import Replication

@Suite struct CSVRowsTests {
    private func rows(_ text: String, pieces: Int = .max, rowMax: Int = 1 << 20) -> [CSVRows.Row] {
        var reader = CSVRows(rowMax: rowMax), found: [CSVRows.Row] = []
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            reader.append(Array(rest.prefix(pieces))) { found.append($0) }
            rest = rest.dropFirst(min(pieces, rest.count))
        }
        reader.finish { found.append($0) }
        return found
    }

    private func fields(_ texts: String...) -> CSVRows.Row { .fields(texts.map { Array($0.utf8) }) }

    @Test(arguments: [Int.max, 1, 3]) func rowsOfEveryKind(pieces: Int) {
        #expect(rows("", pieces: pieces).isEmpty)
        #expect(rows("a,b\n", pieces: pieces) == [fields("a", "b")])
        #expect(rows("\"a\",\"b\"\r\n\"c\",\"\"\n", pieces: pieces) == [fields("a", "b"), fields("c", "")])
        #expect(rows("a,\nlast,row", pieces: pieces) == [fields("a", ""), fields("last", "row")])
        #expect(
            rows("\"a, \"\"b\"\"\nc\",d\n\n\ne,f\n", pieces: pieces)
                == [fields("a, \"b\"\nc", "d"), fields("e", "f")])
    }

    @Test func whatIsMalformedIsOneRow() {
        for text in ["a\"b,c", "\"a\"b,c", "\"a,b"] {
            let found = rows(text + (text == "\"a,b" ? "" : "\nd,e\n"))
            guard case .malformed? = found.first else {
                Issue.record("\(text): \(found)")
                continue
            }
            #expect(found.dropFirst() == (text == "\"a,b" ? [] : [fields("d", "e")]))
        }
    }

    @Test func aLongRowIsNotKept() {
        let long = String(repeating: "x", count: 5000)
        let found = rows("a,b\n\(long),\(long)\nc,d\n", rowMax: 1000)
        #expect(found == [fields("a", "b"), .malformed("it is longer than 1000 bytes"), fields("c", "d")])
    }

    /// Whatever the fields are, they come back.
    @Test(arguments: 1...20 as ClosedRange<UInt64>) func whatIsWrittenIsRead(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let wanted = (0..<20).map { _ in
            (0..<Int.random(in: 2...4, using: &random)).map { _ in
                (0..<Int.random(in: 0...6, using: &random)).map { _ in
                    ["a", "\"", ",", "\n", "\u{e9}", " "].randomElement(using: &random) ?? ""
                }.joined()
            }
        }
        let text = wanted.map { row in
            row.map { "\"\($0.replacing("\"", with: "\"\""))\"" }.joined(separator: ",") + "\n"
        }.joined()
        #expect(
            rows(text, pieces: Int.random(in: 1...9, using: &random))
                == wanted.map { .fields($0.map { Array($0.utf8) }) })
    }
}
