// Part of godwit. SPDX-License-Identifier: Apache-2.0

import HTTPTransport
import StorageModel

@testable import BackendS3

/// Headers of answers about objects.
enum HeadersTarget: FuzzTarget {
    static let name = "headers"

    static let seeds = [
        """
        ETag: "d41d8cd98f00b204e9800998ecf8427e-2"
        Content-Length: 12
        Content-Range: bytes 0-11/100
        Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT
        x-amz-meta-mtime: 1700000000.5
        x-amz-meta-a: =?UTF-8?B?w6k=?= =?utf-8?q?=C3=A9_?=
        x-amz-checksum-crc32: AAAAAA==-2
        x-amz-checksum-type: COMPOSITE
        x-amz-server-side-encryption: aws:kms
        content-encoding: aws-chunked,gzip
        """
    ]

    static let dictionary = [
        "x-amz-meta-", "x-amz-checksum-sha256: ", "x-amz-missing-meta: ", "=?UTF-8?Q?", "?=", "=?UTF-8?B?", "bytes ",
        "*/", "-", "/", "W/\"", "GMT", "Feb", "31", "99", "x-amz-meta-mtime: ",
    ]

    static func check(_ input: [UInt8]) throws {
        let headers = input.split(separator: 10).map { line -> HTTPHeader in
            let colon = line.firstIndex(of: UInt8(ascii: ":")) ?? line.endIndex
            let value = line[colon...].dropFirst().drop { $0 == 32 }
            return HTTPHeader(String(decoding: line[..<colon], as: UTF8.self), String(decoding: value, as: UTF8.self))
        }
        let object = ObjectHeaders(HTTPFields(headers))
        if let length = object.contentLength { try require(length >= 0, "a negative length") }
        if let size = object.wholeSize { try require(size >= 0, "a negative size") }
        if let range = object.range { try require(range.lowerBound >= 0, "a negative range") }
        for checksum in object.checksums {
            try require(checksum.bytes.count == checksum.algorithm.length, "a checksum of another length")
        }
        if let modified = object.modified {
            try require(Timestamp(decimal: modified.decimal) == modified, "\(modified) does not survive being written")
        }
        for header in headers {
            let decoded = EncodedWord.decode(header.value)
            try require(decoded.utf8.count <= header.value.utf8.count, "a decoded value is longer than its encoding")
        }
    }
}
