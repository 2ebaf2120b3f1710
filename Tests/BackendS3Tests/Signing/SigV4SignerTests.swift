// Part of godwit. SPDX-License-Identifier: Apache-2.0

import BackendS3
import Digests
import HTTPTransport
import StorageModel
import Testing

/// The examples of https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html and
/// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html.
@Suite struct SigV4SignerTests {
    private let credentials = Credentials(
        accessKeyID: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
    private let time = Timestamp(seconds: 1_369_353_600)
    private let host = "examplebucket.s3.amazonaws.com"
    private let signer = SigV4Signer(region: "us-east-1")

    private func signature(
        _ method: HTTPMethod, _ path: String, _ query: String = "", host: String? = nil,
        headers: [(String, String)] = [], payload: String = PayloadHash.empty
    ) -> String {
        let added = signer.sign(
            method: method, host: host ?? self.host, path: path, query: query,
            headers: headers.map { HTTPHeader($0.0, $0.1) }, payloadHash: payload, credentials: credentials, at: time)
        #expect(added.map(\.name) == ["x-amz-date", "x-amz-content-sha256", "authorization"])
        #expect(added[0].value == "20130524T000000Z")
        #expect(added[1].value == payload)
        return added[2].value
    }

    @Test func getObject() {
        #expect(
            signature(.get, "/test.txt", headers: [("range", "bytes=0-9")])
                == "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, "
                + "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date, "
                + "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41")
    }

    @Test func putObject() {
        let payload = PayloadHash.of(Array("Welcome to Amazon S3.".utf8))
        #expect(payload == "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072")
        let headers = [("x-amz-storage-class", "REDUCED_REDUNDANCY"), ("date", "Fri, 24 May 2013 00:00:00 GMT")]
        #expect(
            signature(.put, "/\(PercentEncoding.path("test$file.text"))", headers: headers, payload: payload)
                .hasSuffix("=98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"))
    }

    @Test func subresourceWithoutValue() {
        var query = CanonicalQuery()
        query.add("lifecycle")
        #expect(
            signature(.get, "/", query.text)
                .hasSuffix("=fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"))
    }

    @Test func listObjects() {
        var query = CanonicalQuery()
        query.add("prefix", "J")
        query.add("max-keys", "2")
        #expect(
            signature(.get, "/", query.text)
                .hasSuffix("=34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"))
        #expect(
            signature(.get, "", query.text)
                .hasSuffix("=34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"))
    }

    @Test func streamedUploadSeed() {
        let headers = [
            ("content-encoding", "aws-chunked"), ("content-length", "66824"), ("x-amz-decoded-content-length", "66560"),
            ("x-amz-storage-class", "REDUCED_REDUNDANCY"),
        ]
        #expect(
            signature(
                .put, "/examplebucket/chunkObject.txt", host: "s3.amazonaws.com", headers: headers,
                payload: "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
            ).hasSuffix("=4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9"))
    }

    @Test func presigned() {
        let query = signer.presign(
            method: .get, host: host, path: "/test.txt", expiresAfter: 86400, credentials: credentials, at: time)
        #expect(
            query == "X-Amz-Algorithm=AWS4-HMAC-SHA256"
                + "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request"
                + "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"
                + "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404")
    }

    @Test func headersAreSortedTrimmedAndJoined() {
        let tidy = signature(.get, "/", headers: [("a", "1 2,3"), ("b", "x")])
        #expect(signature(.get, "/", headers: [("b", " x\t "), ("a", "  1   2 "), ("a", "3")]) == tidy)
        #expect(signature(.get, "/", headers: [("b", "x"), ("a", "12,3")]) != tidy)
    }

    @Test func theKeyFollowsDayAndSecret() {
        func sign(_ secret: String, _ time: Timestamp) -> String? {
            signer.sign(
                method: .get, host: host, path: "/", query: "", headers: [], payloadHash: PayloadHash.empty,
                credentials: Credentials(accessKeyID: "a", secretAccessKey: secret), at: time
            ).last?.value
        }
        let nextDay = Timestamp(seconds: time.seconds + 86_400)
        let first = [sign("one", time), sign("two", time), sign("one", nextDay)]
        #expect(Set(first).count == 3)
        let fresh = SigV4Signer(region: "us-east-1")
        let again = fresh.sign(
            method: .get, host: host, path: "/", query: "", headers: [], payloadHash: PayloadHash.empty,
            credentials: Credentials(accessKeyID: "a", secretAccessKey: "one"), at: nextDay)
        #expect(again.last?.value == first[2])
    }

    @Test func manyThreadsSignAlike() async {
        let expected = signature(.get, "/test.txt")
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 {
                group.addTask { (0..<300).allSatisfy { _ in signature(.get, "/test.txt") == expected } }
            }
            for await same in group { #expect(same) }
        }
    }
}
