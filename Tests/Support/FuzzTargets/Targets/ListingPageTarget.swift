// Part of godwit. SPDX-License-Identifier: Apache-2.0

import HTTPTransport
import Markup
import StorageModel

@testable import BackendS3

/// Pages of listings as a store sends them: a page or a reason, the same however the bytes are cut, and what was read
/// reads the same when it is written anew.
enum ListingPageTarget: FuzzTarget {
    static let name = "listing-page"
    static let lengthMax = 8192

    static let seeds = [
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>b</Name><Prefix>a%2F</Prefix>
        <KeyCount>2</KeyCount><MaxKeys>1000</MaxKeys><EncodingType>url</EncodingType><IsTruncated>true</IsTruncated>
        <NextContinuationToken>1%2Fab+c=</NextContinuationToken><Contents><Key>a%2Fb+c%2B%25</Key>
        <LastModified>2026-01-02T03:04:05.678Z</LastModified><ETag>&quot;d41d8cd98f00b204e9800998ecf8427e&quot;</ETag>
        <Size>12</Size><Owner><ID>x</ID></Owner><StorageClass>STANDARD</StorageClass></Contents><Contents>
        <ETag>W/"abc-2"</ETag><Key>%C3%A9%0A</Key><Size>5</Size><StorageClass>GLACIER</StorageClass></Contents>
        <CommonPrefixes><Prefix>d%2F</Prefix></CommonPrefixes></ListBucketResult>
        """,
        "<ListBucketResult><IsTruncated>false</IsTruncated><NextMarker>x</NextMarker></ListBucketResult>",
        "<Error><Code>SlowDown</Code><Message>m</Message><RequestId>1</RequestId></Error>",
        "<!DOCTYPE a [<!ENTITY b \"c\">]><ListBucketResult>&b;</ListBucketResult>",
    ]

    static let dictionary = [
        "<Contents>", "</Contents>", "<Key>", "</Key>", "<Size>1</Size>", "<ETag>", "<IsTruncated>true</IsTruncated>",
        "<CommonPrefixes><Prefix>", "<![CDATA[", "]]>", "<!--", "-->", "&#x0;", "&amp;", "&#10;", "%2F", "%", "+",
        "<EncodingType>url</EncodingType>", "<a:Key xmlns:a='b'>", "<?xml version='1.1'?>", "encoding='UTF-16'",
        "<LastModified>", "<!DOCTYPE", "<!ENTITY", "]>",
    ]

    static func check(_ input: [UInt8]) throws {
        let whole = read(input, piece: max(input.count, 1))
        let cut = read(input, piece: 1 + input.count % 7)
        guard case .page(let page) = whole else {
            if case .page = cut { throw Finding("a page only when it comes in pieces") }
            return
        }
        guard case .page(let again) = cut else { throw Finding("no page when it comes in pieces") }
        try require(rows(page) == rows(again), "other rows when it comes in pieces")
        for row in page.rows {
            try require(row.size >= 0 && !row.key.isEmpty, "an entry without a key or size")
            try require(row.key.upperBound <= page.bytes.count, "a key beyond the page")
            try require(row.tag.upperBound <= page.bytes.count, "a tag beyond the page")
            try require(row.storageClass < page.storageClasses.count, "a storage class beyond the page")
        }
        guard let written = try? document(page) else { return }
        guard case .page(let reread) = read(written, piece: written.count) else {
            throw Finding("what was read cannot be read again")
        }
        try require(rows(reread) == rows(page), "what was read reads otherwise when it is written anew")
    }

    struct Row: Equatable {
        var key: [UInt8], tag: [UInt8], size: Int64, isPrefix: Bool, storageClass: String?
    }

    static func rows(_ page: ListingDocument) -> [Row] {
        page.rows.map {
            Row(
                key: Array(page.bytes[$0.key]), tag: Array(page.bytes[$0.tag]), size: $0.size, isPrefix: $0.isPrefix,
                storageClass: $0.storageClass < 0 ? nil : page.storageClasses[$0.storageClass])
        }
    }

    static func read(_ input: [UInt8], piece: Int) -> ListingSink.Outcome {
        let sink = ListingSink(expecting: 10)
        for start in stride(from: 0, to: input.count, by: max(piece, 1)) {
            let chunk = input[start..<min(start + piece, input.count)]
            guard case .taken = chunk.withUnsafeBytes({ sink.receive($0) }) else {
                return .malformed(sink.failure ?? "")
            }
        }
        return sink.finish()
    }

    /// The page with its keys encoded; throws when a tag is something that XML cannot carry.
    static func document(_ page: ListingDocument) throws -> [UInt8] {
        var writer = MarkupWriter()
        writer.open("ListBucketResult")
        try writer.element("EncodingType", "url")
        try writer.element("IsTruncated", page.isTruncated ? "true" : "false")
        for row in page.rows {
            let key = PercentEncoding.query(SharedBytes(Array(page.bytes[row.key])))
            writer.open(row.isPrefix ? "CommonPrefixes" : "Contents")
            try writer.element(row.isPrefix ? "Prefix" : "Key", key)
            if !row.isPrefix {
                // In quotes, or quotes that are part of the tag would be taken for them.
                try writer.element("ETag", bytes: Array("\"".utf8) + Array(page.bytes[row.tag]) + Array("\"".utf8))
                try writer.element("Size", String(row.size))
                if row.storageClass >= 0 { try writer.element("StorageClass", page.storageClasses[row.storageClass]) }
            }
            writer.close()
        }
        writer.close()
        return writer.bytes
    }
}
