// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import Digests

/// Where and when a signature holds, and the key that follows from that and the secret.
struct SigningScope: Sendable {
    /// `20130524/us-east-1/s3/aws4_request`
    let text: String
    let key: [UInt8]

    init(secret: String, day: String, region: String, service: String) {
        text = "\(day)/\(region)/\(service)/aws4_request"
        var key = Array("AWS4\(secret)".utf8)
        for part in [day, region, service, "aws4_request"] { key = HMAC.sha256(key: key, Array(part.utf8)) }
        self.key = key
    }
}
