// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel
import Synchronization

/// The digest of an object whose parts arrive in any order: each part waits for the one before it.
///
/// Parts are admitted to memory in order, so the part that is waited for always has what it needs to arrive.
final class OrderedDigest: Sendable {
    private struct Turns {
        var next = 1
        var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
        /// Why a part never comes, so that those behind it do not wait for it.
        var failure: StorageError?
    }

    private let turns = Mutex(Turns())
    /// Only whoever has the turn comes here, so the lock is never waited for.
    private let digest: Mutex<RunningDigest>

    init(_ layout: DigestLayout) { digest = Mutex(RunningDigest(layout)) }

    /// A part does not come. Whoever waits, or comes after, throws `error`: those behind it hold memory that whoever
    /// would notice the failure may be waiting for.
    func fail(_ error: StorageError) {
        let waiters = turns.withLock { turns in
            turns.failure = turns.failure ?? error
            defer { turns.waiters = [:] }
            return turns.waiters.values
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Adds part `number` once its turn has come. Throws `cancelled` when the task is cancelled before that.
    func add(_ number: Int, _ buffer: PartBuffer) async throws(StorageError) {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let waits = turns.withLock { turns in
                    guard turns.next != number, turns.failure == nil, !Task.isCancelled else { return false }
                    turns.waiters[number] = continuation
                    return true
                }
                if !waits { continuation.resume() }
            }
        } onCancel: {
            turns.withLock { $0.waiters.removeValue(forKey: number) }?.resume()
        }
        let (isTurn, failure) = turns.withLock { ($0.next == number, $0.failure) }
        if let failure { throw failure }
        guard isTurn else {
            throw StorageError(.cancelled, during: .read, message: "cancelled while waiting for an earlier part")
        }
        digest.withLock { digest in buffer.withUnsafeBytes { digest.update($0) } }
        let follower = turns.withLock { turns in
            turns.next += 1
            return turns.waiters.removeValue(forKey: turns.next)
        }
        follower?.resume()
    }

    /// The digest of everything that was added.
    func finish() -> Checksum { digest.withLock { $0.finish() } }
}
