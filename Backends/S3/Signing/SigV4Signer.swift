// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import Digests
internal import Glibc
package import HTTPTransport
package import StorageModel

/// AWS Signature Version 4 for S3, in headers or in the query
/// (https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-authenticating-requests.html).
package struct SigV4Signer: Sendable {
    let service: String
    let region: String
    let memory = SigningMemory()

    package init(service: String = "s3", region: String) {
        self.service = service
        self.region = region
    }

    /// The headers to add to a request so that it is signed: `x-amz-date`, `x-amz-content-sha256`,
    /// `x-amz-security-token` for temporary credentials or `x-amz-s3session-token` for a bucket's session, `authorization`.
    ///
    /// - Parameters:
    ///   - host: As the Host header will say it, with a port that is not the default one.
    ///   - path: Encoded once, as sent.
    ///   - query: Encoded and sorted, as sent, without `?`.
    ///   - headers: Those to sign beside host, with lower-case names. All `x-amz-*` must be here.
    ///   - payloadHash: One of ``PayloadHash``.
    package func sign(
        method: HTTPMethod, host: String, path: String, query: String, headers: [HTTPHeader], payloadHash: String,
        credentials: Credentials, at time: Timestamp
    ) -> [HTTPHeader] {
        let time = memory.time(time)
        var added = [HTTPHeader]()
        added.reserveCapacity(4)
        added.append(HTTPHeader("x-amz-date", time.text))
        added.append(HTTPHeader("x-amz-content-sha256", payloadHash))
        if let token = credentials.sessionToken {
            added.append(
                HTTPHeader(credentials.isBucketSession ? "x-amz-s3session-token" : "x-amz-security-token", token))
        }
        var signed = [HTTPHeader]()
        signed.reserveCapacity(headers.count + added.count + 1)
        signed.append(HTTPHeader("host", host))
        signed.append(contentsOf: headers)
        signed.append(contentsOf: added)
        let scope = memory.scope(
            secret: credentials.secretAccessKey, day: time.day, region: region, service: service)

        let text = memory.takeText()
        defer { memory.put(text) }
        let names = Self.writeRequest(
            method, path: path, query: query, headers: &signed, payloadHash: payloadHash, to: text)
        let signature = Self.signature(of: text, time: time, scope: scope)
        let start = text.count
        text.append("AWS4-HMAC-SHA256 Credential=")
        text.append(credentials.accessKeyID)
        text.append(UInt8(ascii: "/"))
        text.append(scope.text)
        text.append(", SignedHeaders=")
        text.append(again: names)
        text.append(", Signature=")
        text.append(digitsOf: signature)
        added.append(HTTPHeader("authorization", text.text(from: start)))
        return added
    }

    /// Writes the canonical request and tells where in it the list of signed headers stands.
    static func writeRequest(
        _ method: HTTPMethod, path: String, query: String, headers: inout [HTTPHeader], payloadHash: String,
        to text: SigningText
    ) -> Range<Int> {
        // Header names are ASCII: String compares them as bytes.
        headers.sort { $0.name < $1.name }
        text.append(method.rawValue)
        text.append(10)
        if path.isEmpty { text.append("/") } else { text.append(path) }
        text.append(10)
        text.append(query)
        for (index, header) in headers.enumerated() {
            if index > 0, headers[index - 1].name == header.name {
                text.append(UInt8(ascii: ","))
            } else {
                text.append(10)
                text.append(header.name)
                text.append(UInt8(ascii: ":"))
            }
            writeTrimmed(header.value, to: text)
        }
        text.append(10)
        text.append(10)
        let start = text.count
        for (index, header) in headers.enumerated() where index == 0 || headers[index - 1].name != header.name {
            if index > 0 { text.append(UInt8(ascii: ";")) }
            text.append(header.name)
        }
        let names = start..<text.count
        text.append(10)
        text.append(payloadHash)
        return names
    }

    /// The signature of the canonical request in `text`, behind which the string to sign is written.
    static func signature(of text: SigningText, time: SigningTime, scope: SigningScope) -> [UInt8] {
        let digest = Digest.of(text.bytes(from: 0), .sha256)
        let start = text.count
        text.append("AWS4-HMAC-SHA256\n")
        text.append(time.text)
        text.append(10)
        text.append(scope.text)
        text.append(10)
        text.append(digitsOf: digest)
        return HMAC.sha256(key: scope.key, text.bytes(from: start))
    }

    /// White space around goes, white space within becomes one space.
    private static func writeTrimmed(_ value: String, to text: SigningText) {
        let isPlain =
            value.utf8.withContiguousStorageIfAvailable { bytes in
                bytes.baseAddress.map { memchr($0, 32, bytes.count) == nil && memchr($0, 9, bytes.count) == nil }
                    ?? true
            } ?? false
        if isPlain { return text.append(value) }
        var (isPending, isFirst) = (false, true)
        for byte in value.utf8 {
            if byte == 32 || byte == 9 {
                isPending = true
                continue
            }
            if isPending, !isFirst { text.append(32) }
            text.append(byte)
            (isPending, isFirst) = (false, false)
        }
    }
}
