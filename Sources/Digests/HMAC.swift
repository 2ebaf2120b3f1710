// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import StorageModel

/// Keyed digests (RFC 2104).
package enum HMAC {
    private static let blockLength = 64

    /// HMAC-SHA-256 of `message`: 32 bytes.
    package static func sha256(key: [UInt8], _ message: UnsafeRawBufferPointer) -> [UInt8] {
        let contexts = DigestContexts.sha256
        let context = contexts.take()
        defer { contexts.put(context) }
        let short = key.count <= blockLength ? key : Digest.of(key, .sha256)
        return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: blockLength + 32) { room in
            let pad = UnsafeMutableBufferPointer(rebasing: room[..<blockLength])
            let inner = UnsafeMutableBufferPointer(rebasing: room[blockLength...])
            for index in 0..<blockLength { pad[index] = (index < short.count ? short[index] : 0) ^ 0x36 }
            DigestContexts.update(context, UnsafeRawBufferPointer(pad))
            DigestContexts.update(context, message)
            return [UInt8](unsafeUninitializedCapacity: 32) { digest, count in
                guard let innerBase = inner.baseAddress, let base = digest.baseAddress else { return }
                DigestContexts.finish(context, into: innerBase)
                contexts.start(context)
                for index in 0..<blockLength { pad[index] ^= 0x36 ^ 0x5c }
                DigestContexts.update(context, UnsafeRawBufferPointer(pad))
                DigestContexts.update(context, UnsafeRawBufferPointer(inner))
                DigestContexts.finish(context, into: base)
                count = 32
            }
        }
    }

    package static func sha256(key: [UInt8], _ message: [UInt8]) -> [UInt8] {
        message.withUnsafeBytes { sha256(key: key, $0) }
    }
}
