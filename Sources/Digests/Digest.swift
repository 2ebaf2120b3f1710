// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import CLinux
package import StorageModel

/// Digests of bytes that are all at hand.
package enum Digest {
    /// The raw digest of `bytes`; CRCs big-endian.
    package static func of(_ bytes: UnsafeRawBufferPointer, _ algorithm: ChecksumAlgorithm) -> [UInt8] {
        guard let contexts = DigestContexts.of(algorithm) else {
            return algorithm.crcBytes(godwit_crc_update(algorithm.crcKind, 0, bytes.baseAddress, bytes.count))
        }
        let context = contexts.take()
        defer { contexts.put(context) }
        DigestContexts.update(context, bytes)
        return [UInt8](unsafeUninitializedCapacity: algorithm.length) { digest, count in
            if let base = digest.baseAddress { DigestContexts.finish(context, into: base) }
            count = algorithm.length
        }
    }

    package static func of(_ bytes: [UInt8], _ algorithm: ChecksumAlgorithm) -> [UInt8] {
        bytes.withUnsafeBytes { of($0, algorithm) }
    }

    package static func of(_ buffer: PartBuffer, _ algorithm: ChecksumAlgorithm) -> [UInt8] {
        buffer.withUnsafeBytes { of($0, algorithm) }
    }

    /// The digest of `bytes` as a checksum of a whole object.
    package static func checksum(of bytes: UnsafeRawBufferPointer, _ algorithm: ChecksumAlgorithm) -> Checksum {
        Checksum(algorithm, of(bytes, algorithm))
    }

    package static func checksum(of bytes: [UInt8], _ algorithm: ChecksumAlgorithm) -> Checksum {
        Checksum(algorithm, of(bytes, algorithm))
    }

    package static func checksum(of buffer: PartBuffer, _ algorithm: ChecksumAlgorithm) -> Checksum {
        Checksum(algorithm, of(buffer, algorithm))
    }

    /// The digest of the parts' raw digests joined, as the ETag and the COMPOSITE checksums of a multipart upload
    /// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html).
    package static func composite(_ parts: [[UInt8]], _ algorithm: ChecksumAlgorithm = .md5) -> Checksum {
        var digester = Digester(algorithm)
        for part in parts { part.withUnsafeBytes { digester.update($0) } }
        return Checksum(algorithm, digester.finish(), parts: parts.count)
    }

    /// The CRC of two pieces joined, from the CRC of each: how a FULL_OBJECT checksum follows from its parts'.
    package static func combine(
        _ a: [UInt8], _ b: [UInt8], lengthOfB: Int64, _ algorithm: ChecksumAlgorithm
    ) -> [UInt8] {
        precondition(algorithm.isCRC && lengthOfB >= 0)
        return algorithm.crcBytes(
            godwit_crc_combine(
                algorithm.crcKind, algorithm.crcValue(a), algorithm.crcValue(b), UInt64(lengthOfB)))
    }
}
