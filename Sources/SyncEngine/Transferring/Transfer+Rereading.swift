// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

#if canImport(Glibc)
    import Glibc
#endif

extension Transfer {
    /// Bytes that are compared at once.
    private static let step: Int64 = 4 << 20

    /// Reads both sides again and compares them byte by byte (`--verify all`).
    func compareContents(_ work: Work) async throws(StorageError) {
        let copied = try await target.stat(work.targetKey, version: nil)
        guard copied.size == work.source.size else { throw differing(work, "its length is \(copied.size)") }
        guard copied.size > 0 else { return }
        let step = min(Self.step, copied.size)
        let memory = context.memory(for: copied.size)
        try await memory.acquire(2 * step)
        defer { memory.release(2 * step) }
        let ours = PartBuffer(capacity: Int(step)), theirs = PartBuffer(capacity: Int(step))
        var offset: Int64 = 0
        while offset < copied.size {
            let range = offset..<min(offset + step, copied.size)
            ours.reset()
            theirs.reset()
            _ = try await source.readPinned(work.source, range: range, into: ours)
            _ = try await target.readPinned(copied, range: range, into: theirs)
            guard Self.isEqual(ours, theirs) else { throw differing(work, "its bytes from \(offset) on are others") }
            offset = range.upperBound
        }
    }

    private static func isEqual(_ a: PartBuffer, _ b: PartBuffer) -> Bool {
        a.withUnsafeBytes { a in
            b.withUnsafeBytes { b in
                guard a.count == b.count, let left = a.baseAddress, let right = b.baseAddress else { return false }
                return memcmp(left, right, a.count) == 0
            }
        }
    }

    private func differing(_ work: Work, _ how: String) -> StorageError {
        StorageError(
            .corrupted, during: .read, at: target.identity.container, key: work.targetKey,
            message: "what was written differs when it is read back: \(how)")
    }
}
