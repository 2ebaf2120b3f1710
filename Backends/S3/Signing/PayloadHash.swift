// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import Digests
package import StorageModel

/// What `x-amz-content-sha256` and the last line of a canonical request say of the body.
package enum PayloadHash {
    /// The body is not signed: another digest or TLS must guard it.
    package static let unsigned = "UNSIGNED-PAYLOAD"
    /// There is no body.
    package static let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

    // Of bodies in the framing of aws-chunked:
    // https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html#sigv4-auth-header-overview

    /// Every chunk has its signature.
    package static let signedChunks = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
    /// Every chunk has its signature, and so has the checksum behind them.
    package static let signedChunksAndTrailer = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"
    /// Chunks are not signed and a checksum follows them: TLS must guard both.
    package static let unsignedChunksAndTrailer = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"

    package static func of(_ body: PartBuffer) -> String { Hexadecimal.encode(Digest.of(body, .sha256)) }
    package static func of(_ body: [UInt8]) -> String { Hexadecimal.encode(Digest.of(body, .sha256)) }
}
