// Part of godwit. SPDX-License-Identifier: Apache-2.0

import BackendS3
import StorageModel
import Testing

@Suite struct PercentEncodingTests {
    @Test(
        arguments: [
            ("a/b c", "a/b%20c", "a%2Fb%20c"), ("a+b=c@d:e", "a%2Bb%3Dc%40d%3Ae", "a%2Bb%3Dc%40d%3Ae"),
            ("-._~azAZ09", "-._~azAZ09", "-._~azAZ09"), ("é日", "%C3%A9%E6%97%A5", "%C3%A9%E6%97%A5"),
            ("a//b/../c/./", "a//b/../c/./", "a%2F%2Fb%2F..%2Fc%2F.%2F"), ("", "", ""),
            ("!'()*", "%21%27%28%29%2A", "%21%27%28%29%2A"), ("e\u{301}", "e%CC%81", "e%CC%81"),
        ])
    func encoded(_ plain: String, _ path: String, _ query: String) {
        #expect(PercentEncoding.path(SharedBytes(plain)) == path)
        #expect(PercentEncoding.query(plain) == query)
        var output = Array("/".utf8)
        PercentEncoding.path(SharedBytes(plain), into: &output)
        #expect(output == Array("/\(path)".utf8))
        #expect(PercentEncoding.decode(path) == Array(plain.utf8))
        #expect(PercentEncoding.decode(query) == Array(plain.utf8))
    }

    @Test func everyByte() {
        let all = (0...255).map { UInt8($0) }
        let text = PercentEncoding.path(SharedBytes(all))
        #expect(PercentEncoding.decode(text) == all)
        #expect(text.contains("%00") && text.contains("%7F") && text.contains("%FF") && text.contains("%25"))
    }

    @Test func decoding() {
        #expect(PercentEncoding.decode("a+b%2b", plusIsSpace: true) == Array("a b+".utf8))
        #expect(PercentEncoding.decode("a+b") == Array("a+b".utf8))
        for bad in ["%", "%2", "%zz", "a%2", "%%20"] { #expect(PercentEncoding.decode(bad) == nil) }
    }

    @Test func queriesAreSortedByNameThenValue() {
        var query = CanonicalQuery()
        #expect(query.text == "" && query.isEmpty)
        query.add("b", "2")
        query.add("a-b", "1")
        query.add("a", "z")
        query.add("a", "B/ ")
        query.add("uploads")
        query.add("prefix", SharedBytes([0xff, 0x2f]))
        #expect(query.text == "a=B%2F%20&a=z&a-b=1&b=2&prefix=%FF%2F&uploads=")
    }
}
