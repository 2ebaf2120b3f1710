// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// The digests that stores and godwit exchange.
public enum ChecksumAlgorithm: String, Sendable, Hashable, CaseIterable {
    case md5, crc32, crc32c, crc64nvme, sha1, sha256

    /// Bytes of a digest.
    public var length: Int {
        switch self {
        case .md5: 16
        case .crc32, .crc32c: 4
        case .crc64nvme: 8
        case .sha1: 20
        case .sha256: 32
        }
    }
}

/// A proven digest of an object's bytes, or of its parts' digests.
///
/// An S3 ETag is a ``VersionTag``, not a checksum, until something proves that it is one.
public struct Checksum: Sendable, Hashable {
    public let algorithm: ChecksumAlgorithm
    /// The raw digest, big-endian for the CRCs.
    public let bytes: [UInt8]
    /// For a composite (the digest of the parts' digests): how many parts. Nil: of the whole object.
    public let parts: Int?

    public init(_ algorithm: ChecksumAlgorithm, _ bytes: [UInt8], parts: Int? = nil) {
        precondition(bytes.count == algorithm.length)
        self.algorithm = algorithm
        self.bytes = bytes
        self.parts = parts
    }

    /// Lower-case hexadecimal digits, with `-N` for a composite of N parts, as ETags are written.
    public var hexadecimal: String {
        let digits = Array("0123456789abcdef".utf8)
        let text = bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        return String(decoding: text, as: UTF8.self) + (parts.map { "-\($0)" } ?? "")
    }
}
