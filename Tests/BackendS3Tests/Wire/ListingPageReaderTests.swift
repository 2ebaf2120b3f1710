// Part of godwit. SPDX-License-Identifier: Apache-2.0

import HTTPTransport
import StorageModel
import Testing

@testable import BackendS3

@Suite struct ListingPageReaderTests {
    /// Feeds `text` in pieces of at most `piece` bytes.
    private func read(_ text: String, piece: Int = .max) -> ListingSink.Outcome {
        let sink = ListingSink(expecting: 10)
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let chunk = rest.prefix(piece)
            rest = rest.dropFirst(chunk.count)
            guard case .taken = chunk.withUnsafeBytes({ sink.receive($0) }) else {
                return .malformed(sink.failure ?? "")
            }
        }
        return sink.finish()
    }

    private func page(_ text: String, piece: Int = .max) throws -> ListingDocument {
        guard case .page(let document) = read(text, piece: piece) else {
            throw Unexpected(description: "\(read(text, piece: piece))")
        }
        return document
    }

    struct Unexpected: Error, CustomStringConvertible { var description: String }

    private func malformation(_ text: String) -> String? {
        if case .malformed(let reason) = read(text) { reason } else { nil }
    }

    private func keys(_ document: ListingDocument) -> [[UInt8]] { document.rows.map { Array(document.bytes[$0.key]) } }

    private static let full = """
        <?xml version="1.0" encoding="UTF-8"?>
        <ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
          <Name>bucket</Name><Prefix>a%2F</Prefix><KeyCount>3</KeyCount><MaxKeys>1000</MaxKeys>
          <EncodingType>url</EncodingType><IsTruncated>true</IsTruncated>
          <NextContinuationToken>1%2Fab+c=</NextContinuationToken>
          <Contents><Key>a%2Fb+c%2B%25</Key><LastModified>2026-01-02T03:04:05.678Z</LastModified>
            <ETag>&quot;d41d8cd98f00b204e9800998ecf8427e&quot;</ETag><Size>12</Size>
            <Owner><ID>x</ID><DisplayName>Key</DisplayName></Owner><ChecksumAlgorithm>CRC32</ChecksumAlgorithm>
            <StorageClass>STANDARD</StorageClass></Contents>
          <Contents><ETag>W/"abc-2"</ETag><Key>a%2F%C3%A9%0A</Key><StorageClass>GLACIER</StorageClass>
            <RestoreStatus><IsRestoreInProgress>false</IsRestoreInProgress></RestoreStatus>
            <LastModified>2026-01-02T03:04:05Z</LastModified><Size>5368709120</Size></Contents>
          <CommonPrefixes><Prefix>a%2Fdir%2F</Prefix></CommonPrefixes>
        </ListBucketResult>
        """

    @Test(arguments: [1, 2, 3, 7, 64, 100_000]) func readsAWholePageInPieces(piece: Int) throws {
        let document = try page(Self.full, piece: piece)
        #expect(keys(document) == ["a/b c+%", "a/é\n", "a/dir/"].map { Array($0.utf8) })
        #expect(document.rows.map(\.size) == [12, 5_368_709_120, 0])
        #expect(document.rows.map(\.isPrefix) == [false, false, true])
        #expect(String(decoding: document.bytes[document.rows[0].tag], as: UTF8.self).count == 32)
        #expect(Array(document.bytes[document.rows[1].tag]) == Array("abc-2".utf8))
        #expect(document.rows[0].written == Timestamp(rfc3339: "2026-01-02T03:04:05.678Z".utf8))
        #expect(document.rows[0].storageClass == -1)
        #expect(document.storageClasses == ["GLACIER"])
        #expect(document.isTruncated)
        // A token goes back as it came: it is never decoded.
        #expect(document.nextToken == Array("1%2Fab+c=".utf8))
    }

    @Test func decodesOnlyWhenTheStoreSaysSo() throws {
        let document = try page(
            "<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>a%2Fb+c</Key><Size>1</Size></Contents>"
                + "</ListBucketResult>")
        #expect(keys(document) == [Array("a%2Fb+c".utf8)])
        #expect(document.rows[0].tag.isEmpty)
        #expect(document.rows[0].written == nil)
    }

    @Test func decodesTheMarkerOfOlderListings() throws {
        let document = try page(
            "<ListBucketResult><NextMarker>x%2Fy+z</NextMarker><EncodingType>url</EncodingType>"
                + "<IsTruncated>true</IsTruncated></ListBucketResult>")
        #expect(document.marker(after: nil) == SharedBytes("x/y z"))
        #expect(document.marker(after: ObjectKey("last")) == SharedBytes("x/y z"))
        // Some stores do not encode it.
        #expect(document.marker(after: ObjectKey("x%2Fy")) == SharedBytes("x%2Fy+z"))
        let silent = try page("<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>")
        #expect(silent.marker(after: ObjectKey("last")) == nil)
    }

    @Test(arguments: [
        ("foo", ListingOrder.keyBytes, "foo"), ("foo", .pathComponents, "fon\u{10ffff}"),
        ("a/0", .pathComponents, "a/"),
        ("a/", .pathComponents, "a/"), ("a/é", .pathComponents, "a/"), ("z", .pathComponents, "y\u{10ffff}"),
        ("a\u{ffff}b", .keyBytes, "a"), ("a\u{1}b", .pathComponents, "a"), ("\u{ffff}", .keyBytes, ""),
    ])
    func beginsBehindAKeyWithoutMissingAnything(key: String, order: ListingOrder, marker: String) {
        #expect(S3Connection.marker(after: ObjectKey(key), order) == SharedBytes(marker))
        #expect(order.compare(ObjectKey(marker), ObjectKey(key)) <= 0)
    }

    /// The end of what is stepped over goes out as it is, unless no XML can carry it.
    @Test(arguments: [("a/\u{10ffff}", "a/\u{10ffff}"), ("a\u{1}b/\u{10ffff}", "a")])
    func passesOver(end: String, marker: String) {
        let sent = S3Connection.marker(after: ObjectKey(end), .pathComponents, passesOver: true)
        #expect(sent == SharedBytes(marker))
    }

    @Test(arguments: [
        "", "<ListBucketResult>", "not xml", "<html><body>Bad gateway</body></html>",
        "<ListBucketResult></ListBucketResult>",
        "<ListBucketResult><IsTruncated>maybe</IsTruncated></ListBucketResult>",
        "<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Size>1</Size></Contents></ListBucketResult>",
        "<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>a</Key></Contents></ListBucketResult>",
        "<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key/><Size>1</Size></Contents></ListBucketResult>",
        "<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>a</Key><Size>-1</Size></Contents>"
            + "</ListBucketResult>",
        "<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>a</Key><Key>b</Key><Size>1</Size></Contents>"
            + "</ListBucketResult>",
        "<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>a<x/>b</Key><Size>1</Size></Contents>"
            + "</ListBucketResult>",
        "<ListBucketResult><IsTruncated>false</IsTruncated><EncodingType>url</EncodingType><Contents><Key>a%2</Key>"
            + "<Size>1</Size></Contents></ListBucketResult>",
        "<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>a</Key><Size>99999999999999999999</Size>"
            + "</Contents></ListBucketResult>",
        "<!DOCTYPE x [<!ENTITY e \"eeee\">]><ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>",
    ])
    func refusesWhatIsNoWholeListing(text: String) {
        #expect(malformation(text) != nil)
    }

    @Test func recognisesAnErrorInPlaceOfAListing() {
        let outcome = read("<Error><Code>SlowDown</Code><Message>Reduce</Message><RequestId>R1</RequestId></Error>")
        guard case .error(let document) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(document.code == "SlowDown")
        #expect(document.message == "Reduce")
        #expect(document.requestID == "R1")
    }

    @Test(arguments: 0..<4) func survivesRandomCutsAndDamage(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let bytes = Array(Self.full.utf8)
        for _ in 0..<100 {
            var damaged = bytes
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                damaged[Int.random(in: 0..<damaged.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            let cut = damaged.prefix(Int.random(in: 0...damaged.count, using: &random))
            if case .page(let document) = read(String(decoding: cut, as: UTF8.self), piece: 13) {
                for row in document.rows { #expect(row.size >= 0 && !row.key.isEmpty) }
            }
        }
    }
}
