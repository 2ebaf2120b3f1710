// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import Digests
package import HTTPTransport
package import StorageModel

extension SigV4Signer {
    /// The query string, signature included, that lets whoever has the URL make this one request.
    ///
    /// - Parameters:
    ///   - query: The request's own fields, encoded, without `?`.
    ///   - headers: Those that the request will carry and that must be signed, with lower-case names, without host.
    ///   - seconds: How long it holds: 1 ... 604,800. Temporary credentials may end it sooner.
    package func presign(
        method: HTTPMethod, host: String, path: String, query: String = "", headers: [HTTPHeader] = [],
        expiresAfter seconds: Int, credentials: Credentials, at time: Timestamp
    ) -> String {
        precondition((1...604_800).contains(seconds))
        let time = memory.time(time)
        let scope = memory.scope(
            secret: credentials.secretAccessKey, day: time.day, region: region, service: service)
        var signed = headers + [HTTPHeader("host", host)]
        let names = Set(signed.map(\.name)).sorted().joined(separator: ";")

        var fields = CanonicalQuery(encoded: query)
        fields.add("X-Amz-Algorithm", "AWS4-HMAC-SHA256")
        fields.add("X-Amz-Credential", "\(credentials.accessKeyID)/\(scope.text)")
        fields.add("X-Amz-Date", time.text)
        fields.add("X-Amz-Expires", String(seconds))
        if let token = credentials.sessionToken {
            fields.add(credentials.isBucketSession ? "X-Amz-S3session-Token" : "X-Amz-Security-Token", token)
        }
        fields.add("X-Amz-SignedHeaders", names)
        let query = fields.text

        let text = memory.takeText()
        defer { memory.put(text) }
        _ = Self.writeRequest(
            method, path: path, query: query, headers: &signed, payloadHash: PayloadHash.unsigned, to: text)
        let signature = Self.signature(of: text, time: time, scope: scope)
        return "\(query)&X-Amz-Signature=\(Hexadecimal.encode(signature))"
    }
}
