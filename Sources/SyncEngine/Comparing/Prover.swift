// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

/// Fetches the proofs that a comparison asks for, until it ends with a verdict.
struct Prover: Sendable {
    /// Bytes that are read at once for a digest.
    private static let step: Int64 = 1 << 20

    let context: RunContext

    /// A verdict, and the two entries with what was learned of them.
    struct Finding: Sendable {
        var verdict: Verdict
        var source: Entry
        var target: Entry
    }

    /// Decides about `source` and `target`, beginning with `needs`.
    func decide(_ source: Entry, _ target: Entry, needs: Proof?) async throws(StorageError) -> Finding {
        var (source, target, knowledge) = (source, target, Knowledge(source, target))
        var proof = needs
        while true {
            if let proof { try await learn(proof, &source, &target, &knowledge) }
            let verdict = context.comparator.verdict(source, target, knowledge)
            guard case .needs(let next) = verdict else {
                return Finding(verdict: verdict, source: source, target: target)
            }
            proof = next
        }
    }

    private func learn(
        _ proof: Proof, _ source: inout Entry, _ target: inout Entry, _ knowledge: inout Knowledge
    ) async throws(StorageError) {
        switch proof {
        case .stat(.source):
            source = try await context.source.backend.stat(source.key, version: source.version).detached()
            knowledge.isSourceStatted = true
        case .stat(.target):
            target = try await context.target.backend.stat(target.key, version: target.version).detached()
            knowledge.isTargetStatted = true
        case .digests(.source, let layouts):
            let digests = try await digests(of: source, at: context.source.backend, layouts)
            knowledge.sourceDigests.merge(digests) { $1 }
        case .digests(.target, let layouts):
            let digests = try await digests(of: target, at: context.target.backend, layouts)
            knowledge.targetDigests.merge(digests) { $1 }
        }
    }

    /// Reads an object's content once and digests it in every layout.
    private func digests(
        of entry: Entry, at backend: any Backend, _ layouts: [DigestLayout]
    ) async throws(StorageError) -> [DigestLayout: Checksum] {
        guard entry.size > RunContext.smallMax else { return try await digest(entry, backend, layouts) }
        // More than a piece of work for the thread that serves the wire.
        do {
            return try await withTaskExecutorPreference(context.executor) {
                try await digest(entry, backend, layouts)
            }
        } catch {
            throw StorageError(any: error)
        }
    }

    private func digest(
        _ entry: Entry, _ backend: any Backend, _ layouts: [DigestLayout]
    ) async throws(StorageError) -> [DigestLayout: Checksum] {
        let running = layouts.map { RunningDigest($0) }
        let step = min(entry.size, Self.step)
        let memory = context.memory(for: entry.size)
        try await memory.acquire(step)
        defer { memory.release(step) }
        let buffer = PartBuffer(capacity: Int(step))
        var offset: Int64 = 0
        repeat {
            let end = min(offset + step, entry.size)
            buffer.reset()
            let range = step == entry.size ? nil : offset..<end
            _ = try await backend.readPinned(entry, range: range, into: buffer)
            buffer.withUnsafeBytes { bytes in
                for digest in running { digest.update(bytes) }
            }
            offset = end
        } while offset < entry.size
        return Dictionary(running.map { ($0.layout, $0.finish()) }) { $1 }
    }
}
