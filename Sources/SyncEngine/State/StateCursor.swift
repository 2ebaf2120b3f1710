// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

#if canImport(Glibc)
    import Glibc
#endif

/// The state of earlier runs beside the merge of two listings: it goes along with their pairs, never back.
final class StateCursor {
    private let stream: any RecordStream
    private let order: ListingOrder
    private let before: Timestamp
    /// Takes the keys of records that no pair met.
    private let forget: ((UnsafeRawBufferPointer) -> Void)?
    private let failed: (StorageError) -> Void
    private var isOver = false
    private var scratch: [UInt8] = []

    /// `before`: files that changed later are not believed.
    init(
        _ stream: any RecordStream, order: ListingOrder, before: Timestamp,
        forget: ((UnsafeRawBufferPointer) -> Void)?, failed: @escaping (StorageError) -> Void
    ) {
        self.stream = stream
        self.order = order
        self.before = before
        self.forget = forget
        self.failed = failed
    }

    /// Whether the pair, met in the order of the merge, is in the states that an earlier run proved the same.
    func proves(_ source: Entry, dropping prefix: Int, _ target: Entry) -> Bool {
        while !isOver, stream.hasRecord {
            let difference = source.key.bytes.withUnsafeBytes { bytes in
                stream.withRecord { key, _ in order.compare(key, UnsafeRawBufferPointer(rebasing: bytes[prefix...])) }
            }
            if difference > 0 { return false }
            if difference == 0 {
                let isProven = stream.withRecord { _, proof in isEqual(proof, source, target) }
                advance()
                return isProven
            }
            skip()
        }
        return false
    }

    /// Ends after the last pair.
    func finish() {
        while !isOver, stream.hasRecord, forget != nil { skip() }
    }

    private func isEqual(_ proof: UnsafeRawBufferPointer, _ source: Entry, _ target: Entry) -> Bool {
        scratch.removeAll(keepingCapacity: true)
        let isWhole = PairProof.encode(
            source, target, targetByDigest: PairProof.isByDigest(proof), before: before, into: &scratch)
        guard isWhole, scratch.count == proof.count, let theirs = proof.baseAddress else { return false }
        return scratch.withUnsafeBytes { ours in ours.baseAddress.map { memcmp($0, theirs, proof.count) == 0 } ?? false
        }
    }

    private func skip() {
        if let forget {
            stream.withRecord { key, proof in
                if !proof.isEmpty { forget(key) }
            }
        }
        advance()
    }

    private func advance() {
        do throws(StorageError) { try stream.advance() } catch {
            isOver = true
            failed(error)
        }
    }
}
