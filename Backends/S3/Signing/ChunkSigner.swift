// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import Digests
internal import StorageModel

/// The signatures of a body's chunks. Each seals the one before it, the first that of the request's headers, so that none
/// can be left out, moved or taken from another request
/// (https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html).
package struct ChunkSigner: Sendable {
    private let key: [UInt8]
    /// The lines that every string to sign has in its middle: the time and the scope.
    private let place: String
    private var last: String

    /// - Parameter seed: The signature of the headers, in hexadecimal digits.
    init(key: [UInt8], time: String, scope: String, seed: String) {
        self.key = key
        place = "\(time)\n\(scope)\n"
        last = seed
    }

    /// The signature of the next chunk; that of the last one, which is empty, ends the body.
    package mutating func sign(_ chunk: UnsafeRawBufferPointer) -> String {
        seal("AWS4-HMAC-SHA256-PAYLOAD", "\(PayloadHash.empty)\n\(Hexadecimal.encode(Digest.of(chunk, .sha256)))")
    }

    /// The signature of what follows the last chunk
    /// (https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html).
    ///
    /// - Parameter fields: Each as `name:value` and a line feed, the name in lower case.
    package mutating func sign(trailer fields: String) -> String {
        seal("AWS4-HMAC-SHA256-TRAILER", Hexadecimal.encode(Digest.of(Array(fields.utf8), .sha256)))
    }

    private mutating func seal(_ kind: String, _ digests: String) -> String {
        let text = "\(kind)\n\(place)\(last)\n\(digests)"
        last = Hexadecimal.encode(HMAC.sha256(key: key, Array(text.utf8)))
        return last
    }
}
