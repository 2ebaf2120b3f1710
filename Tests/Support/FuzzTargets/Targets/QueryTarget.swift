// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

@testable import BackendS3

/// Percent-encoding and canonical queries: what is encoded decodes to itself, and fields are in the order that is signed.
enum QueryTarget: FuzzTarget {
    static let name = "query"
    static let lengthMax = 512

    static let seeds = ["prefix\na/b c\ndelimiter\n/\nuploads\n", "a\n\u{e9}\na\n%\nA\n+\n", "x%2fy%2", "~-._"]
    static let dictionary = ["%", "%41", "+", "&", "=", "/", "\u{301}", "\u{1f600}"]

    static func check(_ input: [UInt8]) throws {
        let bytes = SharedBytes(input)
        let path = PercentEncoding.path(bytes), query = PercentEncoding.query(bytes)
        try require(PercentEncoding.decode(path) == input, "a path decodes to something else")
        try require(PercentEncoding.decode(query) == input, "a query value decodes to something else")
        try require(query.utf8.allSatisfy { $0 < 0x80 && $0 != UInt8(ascii: "/") }, "a query value is not encoded")
        if let decoded = PercentEncoding.decode(input) {
            let again = PercentEncoding.decode(PercentEncoding.query(SharedBytes(decoded)))
            try require(again == decoded, "decoding is not stable")
        }
        var copy = input
        let plain = input.contains(UInt8(ascii: "+")) ? nil : PercentEncoding.decode(input)
        let listed = URLDecoding.decode(&copy, 0..<copy.count).map { Array(copy[$0]) }
        if !input.contains(UInt8(ascii: "+")) { try require(listed == plain, "two decoders differ") }
        let words = input.split(separator: 10, omittingEmptySubsequences: false).map {
            String(decoding: $0, as: UTF8.self)
        }
        var canonical = CanonicalQuery()
        for index in stride(from: 0, to: words.count - 1, by: 2) { canonical.add(words[index], words[index + 1]) }
        let fields = canonical.text.utf8.split(separator: UInt8(ascii: "&"))
        try require(fields.count == words.count / 2, "\(words.count / 2) fields became \(fields.count)")
        let names = fields.map { Array($0.prefix { $0 != UInt8(ascii: "=") }) }
        for (one, next) in zip(names, names.dropFirst()) {
            try require(!next.lexicographicallyPrecedes(one), "the fields are out of order")
        }
        try require(CanonicalQuery(encoded: canonical.text).text == canonical.text, "reading a query changes it")
    }
}
