// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Digests
import HTTPTransport
import StorageModel

@testable import BackendS3

/// Signatures of any keys, queries and headers: one form whatever they hold, the same whenever they are made, and
/// another for every other request.
///
/// Lines: key, query value, header value, host, region, secret.
enum SignerTarget: FuzzTarget {
    static let name = "signer"
    static let lengthMax = 512

    static let seeds = [
        "a/b c\nx\n v  w \nhost:9000\neu-west-1\nsecret", "\u{e9}\u{301}//../\n%\n\t\nh\nr\n", "\n\n\n\n\n",
    ]
    static let dictionary = ["\t", "  ", "%", ":", ";", ",", "\u{301}", "\u{1f600}", "\r"]

    static func check(_ input: [UInt8]) throws {
        var lines = input.split(separator: 10, maxSplits: 5, omittingEmptySubsequences: false).map(Array.init)
        while lines.count < 6 { lines.append([]) }
        let texts = lines.map { String(decoding: $0, as: UTF8.self) }
        let credentials = Credentials(accessKeyID: "AKID", secretAccessKey: texts[5])
        let time = Timestamp(seconds: 1_700_000_000)
        let path = "/bucket/" + PercentEncoding.path(SharedBytes(lines[0]))
        func sign(_ header: String, _ query: String, by signer: SigV4Signer) -> [HTTPHeader] {
            var canonical = CanonicalQuery()
            canonical.add("prefix", query)
            return signer.sign(
                method: .get, host: texts[3], path: path, query: canonical.text,
                headers: [HTTPHeader("x-amz-meta-a", header), HTTPHeader("x-amz-meta-a", "b")],
                payloadHash: PayloadHash.empty, credentials: credentials, at: time)
        }
        let signer = SigV4Signer(region: texts[4])
        let signed = sign(texts[2], texts[1], by: signer)
        guard let authorization = signed.last?.value, signed.last?.name == "authorization" else {
            throw Finding("no authorization")
        }
        try require(
            authorization.hasPrefix(
                "AWS4-HMAC-SHA256 Credential=AKID/20231114/\(texts[4])/s3/aws4_request, SignedHeaders="),
            "the authorization is \(authorization)")
        let signature = authorization.utf8.suffix(64)
        try require(
            signature.allSatisfy { (48...57).contains($0) || (97...102).contains($0) },
            "the signature is \(authorization)")
        try require(sign(texts[2], texts[1], by: signer) == signed, "a second signature is another")
        try require(
            sign(texts[2], texts[1], by: SigV4Signer(region: texts[4])) == signed, "a new signer signs otherwise")
        let other = sign(texts[2], texts[1] + "x", by: signer)
        try require(other.last?.value != authorization, "another request has the same signature")
        let url = signer.presign(
            method: .get, host: texts[3], path: path, query: "", expiresAfter: 60, credentials: credentials, at: time)
        try require(url.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f }, "a presigned query is not encoded: \(url)")
    }
}
