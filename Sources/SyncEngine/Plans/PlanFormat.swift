// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

/// The file of a plan: a magic number, the version, blocks, and at the end the SHA-256 of all before.
///
/// A block is the bytes it takes packed, the bytes it has, each in 4 bytes, and a zstd frame; the first is the header, a
/// block of no bytes is the last. Numbers of 4 bytes are little-endian.
enum PlanFormat {
    static let magic = Array("godwit plan\n".utf8)
    static let version: UInt32 = 1
    /// Bytes of changes that are packed together.
    static let blockSize = 64 << 10
    /// More than any block takes: what claims more is damaged.
    static let blockMax = 64 << 20
    static let digestSize = 32

    static func damaged(_ path: String, _ what: String) -> StorageError {
        StorageError(
            .invalidConfiguration, during: .read, at: path, message: "this is no whole plan: \(what)",
            advice: "make the plan again")
    }
}
