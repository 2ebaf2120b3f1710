// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// Pieces of random requests, odd ones rather than common ones.
struct RequestRandom {
    private var generator: SeededRandom

    static let endpoints = [
        "https://s3.example", "https://s3.example:443", "https://s3.example:8443", "HTTPS://S3.Example:80",
        "http://s3.example:80", "http://s3.example:443", "http://127.0.0.1:8333", "http://[::1]:9000",
        "http://[::1]:80",
        "http://localhost",
    ]
    static let queryNames = [
        "uploads", "list-type", "prefix", "partNumber", "uploadId", "versionId", "a", "a-b", "A", "X-Amz-Odd",
    ]
    static let headerNames = [
        "content-type", "content-md5", "cache-control", "range", "if-match", "x-amz-copy-source", "x-amz-tagging",
        "x-amz-acl", "x-amz-checksum-crc32c", "x-amz-meta-a", "x-amz-meta-a-b", "x-amz-meta-a_b", "x-amz-meta-mtime",
        "x-amz-server-side-encryption-customer-key", "x-id",
    ]
    private static let texts = [
        "a", "Z", "0", "foo", " ", "  ", "+", "%", "%2F", "%zz", "/", "//", "/../", "/./", "..", ".", "?", "#", "&",
        "=",
        ";", ":", ",", "@", "!", "*", "'", "(", ")", "~", "-", "_", "\"", "<", ">", "[", "]", "{", "}", "|", "\\", "^",
        "`", "$", "é", "e\u{301}", "日本", "😀", "\u{1F3F3}\u{FE0F}", "\u{0}", "\u{1}", "\t", "\n", "\r", "\u{7f}",
        "\u{85}", "\u{a0}", "\u{2028}", "\u{ffff}", "\u{10ffff}",
    ]
    /// Without what is white space to Python and not to HTTP: botocore would take that out of values, which it refuses to
    /// send before (its own check wants ASCII).
    private static let valueTexts = [
        "a", "Z", "0", "word", " ", "  ", "   ", "\t", " \t ", ",", ", ", "\"", "\"a  b\"", ";", "=", "/", "%20", "+",
        ":",
        "é", "e\u{301}", "日本", "😀", "\\", "*", "bytes=0-9",
    ]

    init(seed: UInt64) { generator = SeededRandom(seed: seed) }

    mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }

    mutating func chance(_ part: Int, of whole: Int) -> Bool { number(1...whole) <= part }

    mutating func one(of choices: [String]) -> String { choices[number(0...choices.count - 1)] }

    /// UTF-8.
    mutating func text(pieces: ClosedRange<Int>) -> String {
        (0..<number(pieces)).map { _ in one(of: Self.texts) }.joined()
    }

    /// Mostly UTF-8, and now and then bytes that are not.
    mutating func bytes(pieces: ClosedRange<Int>) -> [UInt8] {
        (0..<number(pieces)).flatMap { _ -> [UInt8] in
            chance(1, of: 8)
                ? (0..<number(1...4)).map { _ in UInt8.random(in: 0...255, using: &generator) }
                : Array(one(of: Self.texts).utf8)
        }
    }

    /// With spaces around and within.
    mutating func headerValue() -> String {
        (0..<number(0...6)).map { _ in one(of: Self.valueTexts) }.joined()
    }

    mutating func credential(_ length: ClosedRange<Int>) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".utf8)
        let bytes = (0..<number(length)).map { _ in alphabet[number(0...alphabet.count - 1)] }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Of the years 1970 to 9999.
    mutating func second() -> Int64 { Int64.random(in: 0...253_402_300_799, using: &generator) }
}
