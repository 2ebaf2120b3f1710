// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import Digests
internal import Synchronization

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

/// What one signer keeps from one signature to the next.
final class SigningMemory: Sendable {
    private struct Kept {
        var secret = ""
        var day = ""
        var scope: SigningScope?
        var buffer: [UInt8] = []
    }

    private let kept = Mutex(Kept())

    /// The scope of `day`, made anew when the day or the secret is another.
    func scope(secret: String, day: String, region: String, service: String) -> SigningScope {
        kept.withLock { kept in
            if let scope = kept.scope, kept.day == day, kept.secret == secret { return scope }
            let scope = SigningScope(secret: secret, day: day, region: region, service: service)
            (kept.secret, kept.day, kept.scope) = (secret, day, scope)
            return scope
        }
    }

    /// Memory to write a request in. Give it back with ``put(_:)``.
    func takeBuffer() -> [UInt8] {
        var buffer = kept.withLock { kept in
            var buffer: [UInt8] = []
            swap(&buffer, &kept.buffer)
            return buffer
        }
        if buffer.capacity == 0 { buffer.reserveCapacity(2048) }
        return buffer
    }

    func put(_ buffer: consuming [UInt8]) {
        buffer.removeAll(keepingCapacity: true)
        var returned = buffer
        kept.withLock { swap(&$0.buffer, &returned) }
    }
}
