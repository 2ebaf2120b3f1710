// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Digests
import HTTPTransport
import StorageModel
import Testing

@testable import BackendS3

@Suite struct ChunkedBodyTests {
    private static let credentials = Credentials(
        accessKeyID: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
    private static let time = Timestamp(seconds: 1_369_353_600)

    private static func content(_ size: Int) -> [UInt8] { (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 7 >> 2) } }

    private static func signer(_ headers: [(String, String)], _ payload: String) -> ChunkSigner {
        let signer = SigV4Signer(region: "us-east-1")
        let added = signer.sign(
            method: .put, host: "s3.amazonaws.com", path: "/examplebucket/chunkObject.txt", query: "",
            headers: headers.map { HTTPHeader($0.0, $0.1) }, payloadHash: payload, credentials: credentials, at: time)
        return signer.chunks(after: added, credentials: credentials, at: time)
    }

    /// All of it, in rooms of `most` bytes.
    private static func read(_ body: ChunkedBody, _ most: Int = 10_000, until limit: Int = .max) -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < limit {
            let piece = [UInt8](unsafeUninitializedCapacity: min(most, limit - bytes.count)) { room, count in
                guard case .bytes(let given) = body.read(into: UnsafeMutableRawBufferPointer(room)) else { return }
                count = given
            }
            if piece.isEmpty { break }
            bytes += piece
        }
        return bytes
    }

    /// The example of https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html, byte for byte.
    @Test func signedChunksAreThoseOfTheExample() {
        let content = [UInt8](repeating: UInt8(ascii: "a"), count: 66_560)
        let body = ChunkedBody(PartBuffer(content), trailer: nil)
        body.prepare(isSigned: true)
        #expect(body.payloadHash == "STREAMING-AWS4-HMAC-SHA256-PAYLOAD" && body.length == 66_824)
        body.seal(
            by: Self.signer(
                [
                    ("content-encoding", "aws-chunked"), ("content-length", "66824"),
                    ("x-amz-decoded-content-length", "66560"), ("x-amz-storage-class", "REDUCED_REDUNDANCY"),
                ], body.payloadHash))
        var expected = Array(
            "10000;chunk-signature=ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648\r\n".utf8)
        expected += content[..<65_536]
        expected += "\r\n400;chunk-signature=0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497".utf8
        expected += "\r\n".utf8 + content[65_536...]
        expected += "\r\n0;chunk-signature=b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9".utf8
        expected += "\r\n\r\n".utf8
        #expect(Self.read(body) == expected)
        #expect(body.checksum == nil)
    }

    /// The example of https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html.
    @Test func aSignedTrailerIsThatOfTheExample() {
        let content = [UInt8](repeating: UInt8(ascii: "a"), count: 66_560)
        let body = ChunkedBody(PartBuffer(content), trailer: .crc32c)
        body.prepare(isSigned: true)
        #expect(body.payloadHash == "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER")
        body.seal(
            by: Self.signer(
                [
                    ("content-encoding", "aws-chunked"), ("x-amz-decoded-content-length", "66560"),
                    ("x-amz-storage-class", "REDUCED_REDUNDANCY"), ("x-amz-trailer", "x-amz-checksum-crc32c"),
                ], body.payloadHash))
        let bytes = Self.read(body)
        #expect(body.length == Int64(bytes.count))
        let end =
            "\r\n0;chunk-signature=2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992\r\n"
            + "x-amz-checksum-crc32c:sOO8/Q==\r\nx-amz-trailer-signature:"
            + "d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n\r\n"
        #expect(bytes.suffix(end.utf8.count) == Array(end.utf8)[...])
        #expect(body.checksum == Digest.checksum(of: content, .crc32c))
    }

    @Test func unsignedChunksCarryNothingButAChecksum() {
        let body = ChunkedBody(PartBuffer(Array("hello world".utf8)), trailer: .crc32, chunkSize: 8)
        body.prepare(isSigned: false)
        #expect(body.payloadHash == "STREAMING-UNSIGNED-PAYLOAD-TRAILER")
        let text = "8\r\nhello wo\r\n3\r\nrld\r\n0\r\nx-amz-checksum-crc32:DUoRhQ==\r\n\r\n"
        #expect(String(decoding: Self.read(body), as: UTF8.self) == text && body.length == Int64(text.utf8.count))
        let empty = ChunkedBody(PartBuffer([]), trailer: .crc32)
        empty.prepare(isSigned: false)
        #expect(String(decoding: Self.read(empty), as: UTF8.self) == "0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n")
    }

    /// However it is read, and from wherever it begins anew: the same bytes, as many as announced, and their checksum.
    @Test(
        arguments: [0, 1, 15, 16, 17, 31, 32, 33, 160, 1000],
        [nil, .crc32, .crc32c, .crc64nvme, .sha1, .sha256] as [ChecksumAlgorithm?])
    func everyLengthIsAnnounced(size: Int, trailer: ChecksumAlgorithm?) {
        let content = Self.content(size), part = PartBuffer(content)
        for isSigned in [true, false] where isSigned || trailer != nil {
            let body = ChunkedBody(part, trailer: trailer, chunkSize: 16)
            body.prepare(isSigned: isSigned)
            if isSigned { body.seal(by: Self.signer([], body.payloadHash)) }
            let whole = Self.read(body)
            #expect(Int64(whole.count) == body.length)
            #expect(part.bytesPassed == size)
            for most in [1, 2, 7, 16, 4096] {
                #expect(body.rewind() && body.checksum == nil)
                let before = 1 + (whole.count - 1) * most / 4096
                #expect(Self.read(body, most, until: before).elementsEqual(whole.prefix(before)))
                #expect(part.bytesPassed <= before && body.rewind())
                #expect(Self.read(body, most) == whole)
                #expect(body.checksum == trailer.map { Digest.checksum(of: content, $0) })
            }
        }
    }

    @Test func anotherSignatureOfTheHeadersMakesOthersOfTheChunks() {
        let body = ChunkedBody(PartBuffer([1, 2, 3]), trailer: .crc32c)
        body.prepare(isSigned: true)
        body.seal(by: Self.signer([], body.payloadHash))
        let first = Self.read(body, until: 100)
        body.seal(by: Self.signer([("a", "b")], body.payloadHash))
        let second = Self.read(body)
        #expect(second.count == Int(body.length) && !second.starts(with: first))
        body.seal(by: Self.signer([], body.payloadHash))
        #expect(Self.read(body).starts(with: first))
    }
}
