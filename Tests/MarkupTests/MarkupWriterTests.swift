// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Markup
import Testing

@Suite struct MarkupWriterTests {
    @Test func document() throws {
        var writer = MarkupWriter()
        writer.open("Delete", namespace: "http://s3.amazonaws.com/doc/2006-03-01/")
        try writer.element("Quiet", "true")
        writer.open("Object")
        try writer.element("Key", bytes: Array("a<b>&\"'\r\n\té".utf8))
        writer.close()
        writer.close()
        #expect(
            String(decoding: writer.bytes, as: UTF8.self) == """
                <?xml version="1.0" encoding="UTF-8"?><Delete xmlns="http://s3.amazonaws.com/doc/2006-03-01/">\
                <Quiet>true</Quiet><Object><Key>a&lt;b&gt;&amp;&quot;'&#xD;&#xA;&#x9;é</Key></Object></Delete>
                """)
    }

    @Test(
        arguments: [
            [0], [1], [8], [11], [12], [14], [31], [0xff], [0xc3], [0xe9, 0x41], [0xed, 0xa0, 0x80],
            [0xef, 0xbf, 0xbe], [0xef, 0xbf, 0xbf], [0xc0, 0x80],
        ] as [[UInt8]])
    func unwritable(_ bytes: [UInt8]) throws {
        var writer = MarkupWriter()
        writer.open("A")
        #expect { try writer.element("K", bytes: [65] + bytes) } throws: {
            ($0 as? MarkupError)?.kind == .unwritable
        }
        writer.close()
        #expect(try read(writer.bytes) == ["<A>", "</A>"])
    }

    @Test func whatIsWrittenIsReadBack() throws {
        var random = SeededRandom(seed: 21)
        let alphabet = Array("ab<>&\"' \r\n\t/é\u{7f}\u{85}\u{2028}\u{fffd}\u{1F600}日]]>")
        for _ in 0..<300 {
            let text = String((0..<20).compactMap { _ in alphabet.randomElement(using: &random) })
            var writer = MarkupWriter()
            writer.open("A")
            try writer.element("K", text)
            writer.close()
            #expect(try read(writer.bytes) == ["<A>", "<K>", text, "</K>", "</A>"])
        }
    }
}
