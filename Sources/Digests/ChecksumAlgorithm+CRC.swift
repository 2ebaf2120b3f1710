// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import CLinux
internal import StorageModel

extension ChecksumAlgorithm {
    var isCRC: Bool { self == .crc32 || self == .crc32c || self == .crc64nvme }

    var crcKind: godwit_crc_kind {
        switch self {
        case .crc32: GODWIT_CRC32
        case .crc32c: GODWIT_CRC32C
        case .crc64nvme: GODWIT_CRC64NVME
        case .md5, .sha1, .sha256: preconditionFailure("\(self) is no CRC")
        }
    }

    /// The value as S3 writes it: big-endian.
    func crcBytes(_ value: UInt64) -> [UInt8] {
        (0..<length).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * (length - 1 - $0))) }
    }

    func crcValue(_ bytes: [UInt8]) -> UInt64 {
        precondition(bytes.count == length)
        return bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }
}
