// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import Digests
package import StorageModel

/// What `x-amz-content-sha256` and the last line of a canonical request say of the body.
package enum PayloadHash {
    /// The body is not signed: another digest or TLS must guard it.
    package static let unsigned = "UNSIGNED-PAYLOAD"
    /// There is no body.
    package static let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

    package static func of(_ body: PartBuffer) -> String { Hexadecimal.encode(Digest.of(body, .sha256)) }
    package static func of(_ body: [UInt8]) -> String { Hexadecimal.encode(Digest.of(body, .sha256)) }
}
