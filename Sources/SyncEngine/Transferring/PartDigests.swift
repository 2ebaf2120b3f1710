// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Digests
import StorageModel
import Synchronization

/// The MD5 of parts, several side by side, since together they take little longer than one alone.
///
/// Where parts come faster than they are digested one by one, the processor is what limits the run, and they wait for each
/// other. Where they come more slowly, the network is, and none waits.
actor PartDigests {
    private struct Waiter {
        let buffer: PartBuffer
        let continuation: CheckedContinuation<[UInt8], Never>
    }

    /// Nobody waits longer than this for the next part.
    private static let patience = Duration.milliseconds(25)
    /// So many are not kept waiting: the others, of those that may be in flight, keep the network busy.
    private static let enough = 6
    /// Smaller parts never wait.
    private static let sizeMin = 1 << 20

    private let inFlight = Atomic<Int>(0)
    private var waiters: [Waiter] = []
    private var lastCame: ContinuousClock.Instant?
    /// Whether ``endOfPatience()`` runs.
    private var isTimed = false

    /// A part is about to be read whose digest will be asked for.
    nonisolated func begin() { inFlight.add(1, ordering: .relaxed) }

    /// It has its digest, or needs none.
    nonisolated func end() { inFlight.subtract(1, ordering: .relaxed) }

    /// The digest of a part that was read.
    func digest(of buffer: PartBuffer) async -> [UInt8] {
        let now = ContinuousClock.now
        let isRush = lastCame.map { now - $0 < Self.patience } ?? false
        lastCame = now
        let complete = waiters.count + 1
        let othersCome = complete < Self.enough && complete < inFlight.load(ordering: .relaxed)
        guard isRush, othersCome, buffer.count >= Self.sizeMin else { return digest(with: [buffer])[0] }
        if !isTimed {
            isTimed = true
            // It ends by itself soon after the last waiter is answered.
            Task { await endOfPatience() }
        }
        return await withCheckedContinuation { waiters.append(Waiter(buffer: buffer, continuation: $0)) }
    }

    /// Answers whoever waits once nothing came for a while.
    private func endOfPatience() async {
        while !waiters.isEmpty, let lastCame {
            let left = Self.patience - (ContinuousClock.now - lastCame)
            // Nobody cancels this task.
            if left > .zero { try? await Task.sleep(for: left) } else { _ = digest(with: []) }
        }
        isTimed = false
    }

    /// The digests of `buffers`; and answers all who wait.
    private func digest(with buffers: [PartBuffer]) -> [[UInt8]] {
        let digests = Digest.md5(of: buffers + waiters.map(\.buffer))
        for (waiter, digest) in zip(waiters, digests.dropFirst(buffers.count)) {
            waiter.continuation.resume(returning: digest)
        }
        waiters = []
        return Array(digests.prefix(buffers.count))
    }
}
