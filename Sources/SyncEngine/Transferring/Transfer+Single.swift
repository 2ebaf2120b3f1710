// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Digests
import StorageModel

extension Transfer {
    /// One read, one proof, one write.
    func single(_ work: Work) async throws(StorageError) -> Completion {
        let size = work.source.size
        guard size > RunContext.smallMax else {
            let memory = context.smallMemory
            try await memory.acquire(size)
            defer { memory.release(size) }
            return try await single(work, PartBuffer(capacity: Int(size)))
        }
        let lease = try await PartLease.acquire(size, context)
        defer { lease.giveBack() }
        return try await single(work, lease.buffer)
    }

    private func single(_ work: Work, _ buffer: PartBuffer) async throws(StorageError) -> Completion {
        let wantsChecksums = context.options.transferring.verification != .none
        let read = try await source.readPinned(
            work.source, range: nil, wantsChecksums: wantsChecksums, into: buffer)
        let proof = ContentProof.available(work.source, read, layout: nil, context)
        let (checksum, isLengthOnly) = try prove(buffer, proof, work)
        let carriage = try await carriage(work, read, isStat: false)
        var options = announced(work, carriage)
        if !context.targetCapabilities.readsAreLocal, checksum?.parts == nil { options.expected = checksum }
        let written = try await target.write(buffer, to: work.targetKey, options)
        moved(work, work.source.size)
        return Completion(
            action: .transferred, checksum: checksum ?? (context.observer == nil ? nil : written.digest),
            isLengthOnly: isLengthOnly, written: written, lost: carriage.lost)
    }

    /// Compares the bytes with what the source says of them; returns a digest that held, and whether there was none.
    private func prove(
        _ buffer: PartBuffer, _ proof: ContentProof, _ work: Work
    ) throws(StorageError) -> (Checksum?, isLengthOnly: Bool) {
        switch proof {
        case .unneeded: return (nil, false)
        case .lengthOnly: return (nil, true)
        case .whole(let expected):
            guard Digest.of(buffer, expected.algorithm) == expected.bytes else {
                throw mismatch(work, expected)
            }
            return (expected, false)
        case .composite(let expected, _):
            let own = context.planner.ownPartSizes(work.source.size)
            let candidates = PartSizeInference.candidates(
                size: work.source.size, parts: expected.parts ?? 0, own: own)
            let holds = candidates.contains { partSize in
                let digest = RunningDigest(.parts(size: partSize))
                buffer.withUnsafeBytes { digest.update($0) }
                return digest.finish() == expected
            }
            if holds { return (expected, false) }
            try doubt(work, expected, sizes: [], content: Digest.of(buffer, .crc64nvme))
            // The parts were of a size that nobody uses, or of several.
            return (nil, true)
        }
    }
}
