// Part of godwit. SPDX-License-Identifier: Apache-2.0

import HTTPTransport
import StorageModel
import Testing

@testable import BackendS3

@Suite struct WireValueTests {
    @Test func readsHTTPDates() {
        #expect(HTTPDate.parse("Sun, 06 Nov 1994 08:49:37 GMT") == Timestamp(seconds: 784_111_777))
        for text in [
            "", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 CET", "Sun, 06 Foo 1994 08:49:37 GMT",
        ] {
            #expect(HTTPDate.parse(text) == nil)
        }
    }

    @Test(arguments: [
        ("2026-01-02T03:04:05Z", "2026-01-02T03:04:05Z"), ("2026-01-02T03:04:05.678Z", "2026-01-02T03:04:05.678Z"),
        ("2026-01-02T03:04:05.123456789Z", "2026-01-02T03:04:05.123456789Z"),
        ("2026-01-02T03:04:05.1234567891Z", "2026-01-02T03:04:05.123456789Z"),
        ("2026-01-02T05:04:05+02:00", "2026-01-02T03:04:05Z"),
    ])
    func readsListingTimes(text: String, same: String) {
        let time = Array(text.utf8).withUnsafeBytes { ListingTime.parse($0) }
        #expect(time == Timestamp(rfc3339: same.utf8))
        #expect(time != nil)
    }

    @Test(arguments: [
        "", "x", "2026-13-02T03:04:05Z", "2026-01-02T03:04:05.Z", "2026-01-02T03:04:05.1x3Z", "2026-01-02",
    ])
    func refusesOtherListingTimes(text: String) {
        #expect(Array(text.utf8).withUnsafeBytes { ListingTime.parse($0) } == nil)
    }

    @Test(arguments: [
        ("plain", "plain"), ("=?UTF-8?B?w6k=?=", "é"), ("=?utf-8?q?=C3=A9_x?=", "é x"),
        ("a =?UTF-8?B?w6k=?= b", "a é b"), ("=?UTF-8?B?w6k=?= =?UTF-8?B?w6k=?=", "éé"),
        ("=?UTF-8?Q?a_?= =?UTF-8?Q?b?=", "a b"), ("=?UTF-8?B?w6k?=", "=?UTF-8?B?w6k?="),
        ("=?ISO-8859-1?Q?=E9?=", "=?ISO-8859-1?Q?=E9?="), ("=?UTF-8?B?/w==?=", "=?UTF-8?B?/w==?="),
        ("=?UTF-8?Q?=C?=", "=?UTF-8?Q?=C?="), ("=?=?=?=?=?", "=?=?=?=?=?"),
    ])
    func decodesEncodedWords(text: String, meaning: String) {
        #expect(EncodedWord.decode(text) == meaning)
    }

    @Test(arguments: [
        ("\"abc\"", "abc"), ("abc", "abc"), ("W/\"abc\"", "abc"), (" \"abc\" ", "abc"), ("\"", "\""),
    ])
    func trimsTags(text: String, tag: String) {
        #expect(TagText.tag(text)?.text == tag)
    }

    @Test func hasNoEmptyTags() {
        #expect(TagText.tag("") == nil)
        #expect(TagText.tag("\"\"") == nil)
        #expect(TagText.tag(nil) == nil)
    }

    @Test func readsChecksums() {
        #expect(ChecksumText.checksum(.crc32, "y/Q5Jg==") == Checksum(.crc32, [0xcb, 0xf4, 0x39, 0x26]))
        #expect(ChecksumText.checksum(.crc32, "y/Q5Jg==-3") == Checksum(.crc32, [0xcb, 0xf4, 0x39, 0x26], parts: 3))
        for text in ["", "y/Q5", "y/Q5Jg==-0", "y/Q5Jg==-x", "!!!!"] {
            #expect(ChecksumText.checksum(.crc32, text) == nil)
        }
    }

    @Test func readsObjectHeaders() {
        let headers = ObjectHeaders([
            HTTPHeader("ETag", "\"5eb63bbbe01eeed093cb22bb8f5acdc3\""), HTTPHeader("CONTENT-LENGTH", "10"),
            HTTPHeader("Content-Range", "bytes 5-14/100"), HTTPHeader("Last-Modified", "Sun, 06 Nov 1994 08:49:37 GMT"),
            HTTPHeader("x-amz-meta-Mtime", "1700000000.5"), HTTPHeader("x-amz-meta-zeta", "=?UTF-8?B?w6k=?="),
            HTTPHeader("X-Amz-Meta-Alpha", "1"), HTTPHeader("content-encoding", "gzip, aws-chunked"),
            HTTPHeader("x-amz-version-id", "v1"), HTTPHeader("x-amz-storage-class", "GLACIER"),
            HTTPHeader("x-amz-checksum-crc32", "y/Q5Jg=="), HTTPHeader("content-type", "text/plain"),
        ])
        #expect(headers.tag?.text == "5eb63bbbe01eeed093cb22bb8f5acdc3")
        #expect(headers.contentLength == 10)
        #expect(headers.range == 5...14)
        #expect(headers.wholeSize == 100)
        #expect(headers.modified == Timestamp(seconds: 1_700_000_000, nanoseconds: 500_000_000))
        #expect(headers.metadata.user == [.init(name: "alpha", value: "1"), .init(name: "zeta", value: "é")])
        #expect(headers.metadata.contentEncoding == "gzip")
        #expect(headers.metadata.contentType == "text/plain")
        #expect(headers.version == "v1")
        #expect(headers.storageClass == "GLACIER")
        #expect(headers.checksums == [Checksum(.crc32, [0xcb, 0xf4, 0x39, 0x26])])
        #expect(!headers.tagIsOpaque)
    }

    @Test func knowsWhichTagsAreOpaque() {
        #expect(ObjectHeaders([HTTPHeader("x-amz-server-side-encryption", "aws:kms")]).tagIsOpaque)
        #expect(ObjectHeaders([HTTPHeader("x-amz-server-side-encryption-customer-algorithm", "AES256")]).tagIsOpaque)
        #expect(!ObjectHeaders([HTTPHeader("x-amz-server-side-encryption", "AES256")]).tagIsOpaque)
    }

    @Test func takesNoCompositeForAWholeChecksum() {
        let headers = ObjectHeaders([
            HTTPHeader("x-amz-checksum-crc32", "y/Q5Jg=="), HTTPHeader("x-amz-checksum-type", "COMPOSITE"),
        ])
        #expect(headers.checksums.isEmpty)
    }

    @Test(arguments: ["x", "bytes */100", "bytes 5-1/100", "bytes 1-2", "items 1-2/3"])
    func readsNoOtherRange(text: String) {
        #expect(ObjectHeaders([HTTPHeader("content-range", text)]).range == nil)
    }

    @Test func readsErrorDocuments() {
        let body = Array(
            "<Error><Code>AccessDenied</Code><Message>No &amp; no</Message><Region>eu-west-1</Region></Error>".utf8)
        let document = ErrorDocument(parsing: body)
        #expect(document?.code == "AccessDenied")
        #expect(document?.message == "No & no")
        #expect(document?.region == "eu-west-1")
        #expect(
            ErrorDocument(parsing: Array("<ErrorResponse><Error><Code>X</Code></Error></ErrorResponse>".utf8))?.code
                == "X")
        #expect(ErrorDocument(parsing: []) == nil)
        #expect(ErrorDocument(parsing: Array("<html></html>".utf8)) == nil)
        #expect(ErrorDocument(parsing: Array("<Error><Code>".utf8)) == nil)
    }
}
