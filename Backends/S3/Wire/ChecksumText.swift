// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Digests
import HTTPTransport
import StorageModel

/// Checksums as headers and elements carry them: Base64, with `-N` behind a composite of N parts
/// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html).
enum ChecksumText {
    /// The checksum that `text` gives; nil when it is not one of that algorithm.
    static func checksum(_ algorithm: ChecksumAlgorithm, _ text: String) -> Checksum? {
        // Over bytes: every answer has one, and to look for a character costs more than all else here.
        let dash = text.utf8.firstIndex(of: UInt8(ascii: "-"))
        guard let bytes = Base64.decode(dash.map { String(text[..<$0]) } ?? text), bytes.count == algorithm.length
        else { return nil }
        guard let dash else { return Checksum(algorithm, bytes) }
        guard let parts = Int(text[dash...].dropFirst()), parts > 0 else { return nil }
        return Checksum(algorithm, bytes, parts: parts)
    }

    /// The header that sends a digest with a body, for the store to verify.
    static func header(_ algorithm: ChecksumAlgorithm, _ digest: [UInt8]) -> HTTPHeader {
        HTTPHeader(headerName(algorithm), Base64.encode(digest))
    }

    static func headerName(_ algorithm: ChecksumAlgorithm) -> String {
        switch algorithm {
        case .md5: "content-md5"
        case .crc32: "x-amz-checksum-crc32"
        case .crc32c: "x-amz-checksum-crc32c"
        case .crc64nvme: "x-amz-checksum-crc64nvme"
        case .sha1: "x-amz-checksum-sha1"
        case .sha256: "x-amz-checksum-sha256"
        }
    }

    /// The element of a part in CompleteMultipartUpload; nil for MD5, which its ETag stands for.
    static func elementName(_ algorithm: ChecksumAlgorithm) -> String? {
        switch algorithm {
        case .md5: nil
        case .crc32: "ChecksumCRC32"
        case .crc32c: "ChecksumCRC32C"
        case .crc64nvme: "ChecksumCRC64NVME"
        case .sha1: "ChecksumSHA1"
        case .sha256: "ChecksumSHA256"
        }
    }

    /// The checksums that an element about a part gives.
    static func checksums(in element: ReplyElement) -> [Checksum] {
        ChecksumAlgorithm.allCases.compactMap { algorithm in
            elementName(algorithm).flatMap { element[$0] }.flatMap { checksum(algorithm, $0.text) }
        }
    }
}
