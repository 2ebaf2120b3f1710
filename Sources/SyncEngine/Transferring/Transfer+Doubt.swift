// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel
import Synchronization

extension Transfer {
    /// A composite that differs is either damage or a part size that was inferred wrongly. Damage does not come twice
    /// the same: the object is read once more, by another part size than `sizes` where there is one, and when the
    /// content (told by its CRC) is the same again the bytes are the source's, though nothing proves it.
    /// - Throws: `corrupted` unless it is.
    func doubt(
        _ work: Work, _ expected: Checksum, sizes: Set<Int64>, content: [UInt8]
    ) throws(StorageError) {
        let isRepeated = context.tally.withLock { tally in
            var doubt = tally.doubted[work.source.key] ?? Tally.Doubt()
            let wasRead = doubt.tried[content] != nil
            doubt.tried[content, default: []].formUnion(sizes)
            doubt.latest = content
            tally.doubted[work.source.key] = doubt
            return wasRead
        }
        if !isRepeated || expected.parts == 1 { throw mismatch(work, expected) }
    }

    /// The error for bytes that are not what the source's digest says.
    func mismatch(_ work: Work, _ expected: Checksum) -> StorageError {
        StorageError(
            .corrupted, during: .read, at: source.identity.container, key: work.source.key,
            message: "the bytes that arrived do not have the source's \(expected.algorithm.rawValue) "
                + expected.hexadecimal)
    }
}
