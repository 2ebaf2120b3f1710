// Part of godwit. SPDX-License-Identifier: Apache-2.0

import BackendS3
import Digests
import HTTPTransport
import StorageModel
import Testing

/// The examples of https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html and
/// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html: 66,560 times `a` in two chunks.
@Suite struct ChunkSignerTests {
    private static let content = [UInt8](repeating: UInt8(ascii: "a"), count: 66_560)
    private static let credentials = Credentials(
        accessKeyID: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
    private static let time = Timestamp(seconds: 1_369_353_600)

    /// The seed, and what signs the chunks after it.
    private func begin(_ headers: [(String, String)], _ payload: String) -> (seed: String, chunks: ChunkSigner) {
        let signer = SigV4Signer(region: "us-east-1")
        let added = signer.sign(
            method: .put, host: "s3.amazonaws.com", path: "/examplebucket/chunkObject.txt", query: "",
            headers: headers.map { HTTPHeader($0.0, $0.1) }, payloadHash: payload, credentials: Self.credentials,
            at: Self.time)
        let chunks = signer.chunks(after: added, credentials: Self.credentials, at: Self.time)
        return (String(added.last?.value.suffix(64) ?? ""), chunks)
    }

    private func sign(_ range: Range<Int>, _ signer: inout ChunkSigner) -> String {
        Self.content.withUnsafeBytes { signer.sign(UnsafeRawBufferPointer(rebasing: $0[range])) }
    }

    @Test func chunks() {
        var (seed, signer) = begin(
            [
                ("content-encoding", "aws-chunked"), ("content-length", "66824"),
                ("x-amz-decoded-content-length", "66560"), ("x-amz-storage-class", "REDUCED_REDUNDANCY"),
            ], PayloadHash.signedChunks)
        #expect(seed == "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9")
        #expect(sign(0..<65_536, &signer) == "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648")
        #expect(sign(65_536..<66_560, &signer) == "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497")
        #expect(sign(0..<0, &signer) == "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9")
    }

    @Test func chunksAndTrailer() {
        var (seed, signer) = begin(
            [
                ("content-encoding", "aws-chunked"), ("x-amz-decoded-content-length", "66560"),
                ("x-amz-storage-class", "REDUCED_REDUNDANCY"), ("x-amz-trailer", "x-amz-checksum-crc32c"),
            ], PayloadHash.signedChunksAndTrailer)
        #expect(seed == "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e")
        #expect(sign(0..<65_536, &signer) == "b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2")
        #expect(sign(65_536..<66_560, &signer) == "1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7")
        #expect(sign(0..<0, &signer) == "2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992")
        let checksum = Base64.encode(Digest.of(Self.content, .crc32c))
        #expect(checksum == "sOO8/Q==")
        #expect(
            signer.sign(trailer: "x-amz-checksum-crc32c:\(checksum)\n")
                == "d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435")
    }
}
