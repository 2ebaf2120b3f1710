// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Markup
import Testing

@Suite struct MarkupReaderTests {
    static let listing = """
        <?xml version="1.0" encoding="UTF-8"?>
        <ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>b</Name><Prefix/>
        <!-- a comment --><?php ignored ?><Contents><Key>a&amp;b&lt;&#233;é\u{1F600}</Key>
        <ETag>&quot;25f9e794323b453885f5181f1b624d0b&quot;</ETag><Size>9</Size></Contents></ListBucketResult>
        """

    @Test func namesAndText() throws {
        let events = try read(Self.listing)
        #expect(events.contains("a&b<éé\u{1F600}"))
        #expect(events.contains("\"25f9e794323b453885f5181f1b624d0b\""))
        #expect(events.first == "<ListBucketResult>")
        #expect(events.last == "</ListBucketResult>")
        #expect(events.filter { $0 == "<Prefix>" || $0 == "</Prefix>" } == ["<Prefix>", "</Prefix>"])
    }

    @Test func prefixesAreDropped() throws {
        #expect(try read("<s3:A xmlns:s3='u'><s3:B>x</s3:B></s3:A>") == ["<A>", "<B>", "x", "</B>", "</A>"])
        // Some stores forget to declare the prefix.
        #expect(try read("<A><x:B>y</x:B></A>").contains("y"))
    }

    @Test func charactersByReferenceAndCDATA() throws {
        #expect(try read("<A>a&#xD;&#10;b<![CDATA[<&]]>c</A>") == ["<A>", "a\r\nb<&c", "</A>"])
        #expect(try read("<A>a\r\nb</A>") == ["<A>", "a\nb", "</A>"])
        #expect(try read("<A> </A>") == ["<A>", " ", "</A>"])
    }

    @Test func otherEncodings() throws {
        let latin = Array("<?xml version='1.0' encoding='ISO-8859-1'?><A>".utf8) + [0xe9] + Array("</A>".utf8)
        #expect(try read(latin) == ["<A>", "é", "</A>"])
        #expect(try read([0xef, 0xbb, 0xbf] + Array("<A>é</A>".utf8)) == ["<A>", "é", "</A>"])
    }

    /// Parsers are used again: what one document was leaves nothing behind for the next.
    @Test func documentsDoNotKnowOfOneAnother() throws {
        let text = "<A xmlns='u'>é</A>"
        let latin = Array("<?xml version='1.0' encoding='ISO-8859-1'?><A>".utf8) + [0xe9] + Array("</A>".utf8)
        let wide: [UInt8] = [0xff, 0xfe] + text.utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] as [UInt8] }
        let documents = [
            Array(text.utf8), latin, wide, [0xef, 0xbb, 0xbf] + Array(text.utf8), Array("<A><B></A>".utf8),
        ]
        var random = SeededRandom(seed: 5)
        for _ in 0..<3_000 {
            let number = Int.random(in: 0..<documents.count, using: &random)
            if number == documents.count - 1 {
                #expect(throws: MarkupError.self) { try read(documents[number]) }
            } else {
                let events = try read(documents[number])
                #expect(events == ["<A>", "é", "</A>"])
            }
        }
    }

    @Test func anyCutGivesTheSame() throws {
        let bytes = Array(Self.listing.utf8)
        let whole = try read(bytes)
        for cut in 0...bytes.count { #expect(try read(bytes, cuts: [cut]) == whole) }
        #expect(try read(bytes, cuts: Array(1..<bytes.count)) == whole)
        var random = SeededRandom(seed: 21)
        for _ in 0..<200 {
            let cuts = (0..<Int.random(in: 1...40, using: &random)).map { _ in
                Int.random(in: 0...bytes.count, using: &random)
            }
            #expect(try read(bytes, cuts: cuts.sorted()) == whole)
        }
    }

    @Test func truncationIsAnErrorWhereverItFalls() {
        let bytes = Array(Self.listing.utf8)
        for count in 0..<bytes.count {
            #expect(throws: MarkupError.self) { try read(Array(bytes[..<count])) }
        }
    }

    @Test(
        arguments: [
            "", " ", "x", "<A>", "<A></B>", "<A/><B/>", "<A>&nope;</A>", "<A>&</A>", "<A b=c/>", "<A>\u{1}</A>",
            "<A>&#1;</A>", "<A>&#xD800;</A>", "<A>&#0;</A>", "<A/>trailing", "<A b='1' b='2'/>", "<A>]]></A>",
            "{\"error\":\"json\"}", "<html><br></html>", "<?xml version='1.0'?><?xml version='1.0'?><A/>",
        ])
    func malformed(_ text: String) {
        #expect { try read(text) } throws: { ($0 as? MarkupError)?.kind == .malformed }
    }

    @Test func theLineIsTold() {
        #expect { try read("<A>\n\n<B>\n</A>") } throws: { ($0 as? MarkupError)?.line == 4 }
    }

    @Test(
        arguments: [
            "<!DOCTYPE A><A/>",
            "<!DOCTYPE A SYSTEM 'file:///etc/passwd'><A/>",
            "<!DOCTYPE A [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><A>&x;</A>",
            "<!DOCTYPE A [<!ENTITY % p SYSTEM 'http://127.0.0.1:9/'> %p;]><A/>",
            """
            <!DOCTYPE A [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;'>
            <!ENTITY c '&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;'><!ENTITY d '&c;&c;&c;&c;&c;&c;&c;&c;'>]><A>&d;</A>
            """,
        ])
    func documentTypesAreRefused(_ text: String) {
        let recorder = Recorder()
        let reader = MarkupReader(recorder)
        #expect {
            try reader.push(Array(text.utf8))
            try reader.finish()
        } throws: {
            ($0 as? MarkupError)?.kind == .forbidden
        }
        #expect(recorder.calls == 0)
    }

    @Test func depthIsLimited() throws {
        let limits = MarkupLimits(depthMax: 10)
        func nested(_ depth: Int) -> String {
            String(repeating: "<A>", count: depth) + String(repeating: "</A>", count: depth)
        }
        #expect(try read(nested(10), limits: limits).count == 20)
        #expect { try read(nested(11), limits: limits) } throws: { ($0 as? MarkupError)?.kind == .limitExceeded }
        #expect(throws: MarkupError.self) { try read(nested(100_000)) }
    }

    @Test func elementsAreLimited() throws {
        let limits = MarkupLimits(elementsMax: 10)
        func wide(_ count: Int) -> String { "<A>" + String(repeating: "<B/>", count: count - 1) + "</A>" }
        #expect(try read(wide(10), limits: limits).count == 20)
        #expect { try read(wide(11), limits: limits) } throws: { ($0 as? MarkupError)?.kind == .limitExceeded }
    }

    @Test func textIsLimited() throws {
        let limits = MarkupLimits(textBytesMax: 100)
        func long(_ count: Int) -> String { "<A>\(String(repeating: "x", count: count))</A>" }
        #expect(try read(long(100), limits: limits).count == 3)
        #expect { try read(long(101), limits: limits) } throws: { ($0 as? MarkupError)?.kind == .limitExceeded }
        #expect(try read("<A>" + String(repeating: long(90), count: 5) + "</A>", limits: limits).count == 17)
    }

    @Test func nothingIsToldAfterAnError() {
        let recorder = Recorder()
        let reader = MarkupReader(recorder)
        #expect(throws: MarkupError.self) { try reader.push(Array("<A><B></A><C>text</C>".utf8)) }
        let calls = recorder.calls
        #expect(throws: MarkupError.self) { try reader.push(Array("<D>more</D>".utf8)) }
        #expect(throws: MarkupError.self) { try reader.finish() }
        #expect(recorder.calls == calls)
    }

    @Test func nothingIsReadAfterTheEnd() throws {
        let reader = MarkupReader(Recorder())
        try reader.push(Array("<A/>".utf8))
        try reader.finish()
        #expect(throws: MarkupError.self) { try reader.push(Array("<A/>".utf8)) }
    }

    @Test func hostileBytesNeverCrash() {
        var random = SeededRandom(seed: 21)
        let valid = Array(Self.listing.utf8)
        for _ in 0..<3000 {
            var bytes = valid
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.remove(at: place)
                default: bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
                }
            }
            _ = try? read(bytes, cuts: [Int.random(in: 0...bytes.count, using: &random)])
        }
        for _ in 0..<1000 {
            _ = try? read((0..<64).map { _ in UInt8.random(in: 0...255, using: &random) })
        }
    }
}
