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
    /// `x-amz-security-token` for temporary credentials, `authorization`.
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
        let time = SigningTime(time)
        var added = [HTTPHeader]()
        added.reserveCapacity(4)
        added.append(HTTPHeader("x-amz-date", time.text))
        added.append(HTTPHeader("x-amz-content-sha256", payloadHash))
        if let token = credentials.sessionToken { added.append(HTTPHeader("x-amz-security-token", token)) }
        var signed = [HTTPHeader]()
        signed.reserveCapacity(headers.count + added.count + 1)
        signed.append(HTTPHeader("host", host))
        signed.append(contentsOf: headers)
        signed.append(contentsOf: added)
        let scope = memory.scope(
            secret: credentials.secretAccessKey, day: time.day, region: region, service: service)

        var buffer = memory.takeBuffer()
        let names = Self.writeRequest(
            method, path: path, query: query, headers: &signed, payloadHash: payloadHash, to: &buffer)
        let signature = Self.signature(of: &buffer, time: time, scope: scope)
        let request = buffer.count
        buffer.append(contentsOf: "AWS4-HMAC-SHA256 Credential=".utf8)
        buffer.append(contentsOf: credentials.accessKeyID.utf8)
        buffer.append(UInt8(ascii: "/"))
        buffer.append(contentsOf: scope.text.utf8)
        buffer.append(contentsOf: ", SignedHeaders=".utf8)
        for index in names { buffer.append(buffer[index]) }
        buffer.append(contentsOf: ", Signature=".utf8)
        Self.writeDigits(of: signature, to: &buffer)
        added.append(HTTPHeader("authorization", String(decoding: buffer[request...], as: UTF8.self)))
        memory.put(buffer)
        return added
    }

    /// Writes the canonical request and tells where in it the list of signed headers stands.
    static func writeRequest(
        _ method: HTTPMethod, path: String, query: String, headers: inout [HTTPHeader], payloadHash: String,
        to buffer: inout [UInt8]
    ) -> Range<Int> {
        // Header names are ASCII: String compares them as bytes.
        headers.sort { $0.name < $1.name }
        buffer.append(contentsOf: method.rawValue.utf8)
        buffer.append(10)
        buffer.append(contentsOf: path.isEmpty ? "/".utf8 : path.utf8)
        buffer.append(10)
        buffer.append(contentsOf: query.utf8)
        for (index, header) in headers.enumerated() {
            if index > 0, headers[index - 1].name == header.name {
                buffer.append(UInt8(ascii: ","))
            } else {
                buffer.append(10)
                buffer.append(contentsOf: header.name.utf8)
                buffer.append(UInt8(ascii: ":"))
            }
            writeTrimmed(header.value, to: &buffer)
        }
        buffer.append(10)
        buffer.append(10)
        let start = buffer.count
        for (index, header) in headers.enumerated() where index == 0 || headers[index - 1].name != header.name {
            if index > 0 { buffer.append(UInt8(ascii: ";")) }
            buffer.append(contentsOf: header.name.utf8)
        }
        let names = start..<buffer.count
        buffer.append(10)
        buffer.append(contentsOf: payloadHash.utf8)
        return names
    }

    /// The signature of the canonical request in `buffer`, behind which the string to sign is written.
    static func signature(of buffer: inout [UInt8], time: SigningTime, scope: SigningScope) -> [UInt8] {
        let digest = Digest.of(buffer, .sha256)
        let start = buffer.count
        buffer.append(contentsOf: "AWS4-HMAC-SHA256\n".utf8)
        buffer.append(contentsOf: time.text.utf8)
        buffer.append(10)
        buffer.append(contentsOf: scope.text.utf8)
        buffer.append(10)
        writeDigits(of: digest, to: &buffer)
        return buffer.withUnsafeBytes {
            HMAC.sha256(key: scope.key, UnsafeRawBufferPointer(rebasing: $0[start...]))
        }
    }

    static func writeDigits(of bytes: [UInt8], to buffer: inout [UInt8]) {
        for byte in bytes {
            let (high, low) = (byte >> 4, byte & 15)
            buffer.append(high < 10 ? 48 + high : 87 + high)
            buffer.append(low < 10 ? 48 + low : 87 + low)
        }
    }

    /// White space around goes, white space within becomes one space.
    private static func writeTrimmed(_ value: String, to buffer: inout [UInt8]) {
        let isPlain =
            value.utf8.withContiguousStorageIfAvailable { text in
                text.baseAddress.map { memchr($0, 32, text.count) == nil && memchr($0, 9, text.count) == nil } ?? true
            } ?? false
        if isPlain { return buffer.append(contentsOf: value.utf8) }
        var (isPending, isFirst) = (false, true)
        for byte in value.utf8 {
            if byte == 32 || byte == 9 {
                isPending = true
                continue
            }
            if isPending, !isFirst { buffer.append(32) }
            buffer.append(byte)
            (isPending, isFirst) = (false, false)
        }
    }
}
