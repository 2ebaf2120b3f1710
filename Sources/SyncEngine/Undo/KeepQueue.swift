// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel
import Synchronization

/// Gathers what many workers want written down at the same time, so that one wait for the disk serves all of them.
final class KeepQueue: Sendable {
    private enum Turn { case done(StorageError?), lead }

    private struct Waiter {
        var records: [UndoRecord]
        var continuation: CheckedContinuation<Turn, Never>
    }

    private struct State {
        var waiters: [Waiter] = []
        var isWriting = false
    }

    private let state = Mutex(State())
    private let write: @Sendable ([UndoRecord]) async throws(StorageError) -> Void

    init(_ write: @escaping @Sendable ([UndoRecord]) async throws(StorageError) -> Void) { self.write = write }

    /// Returns once `records` are written down, with those of others.
    func keep(_ records: [UndoRecord]) async throws(StorageError) {
        let turn: Turn = await withCheckedContinuation { continuation in
            let leads = state.withLock { state in
                if state.isWriting {
                    state.waiters.append(Waiter(records: records, continuation: continuation))
                    return false
                }
                state.isWriting = true
                return true
            }
            if leads { continuation.resume(returning: .lead) }
        }
        switch turn {
        case .done(nil): return
        case .done(let error?): throw error
        case .lead: try await lead(records)
        }
    }

    /// Writes `records` with all that wait by now, and hands the lead to one of those who came meanwhile.
    private func lead(_ records: [UndoRecord]) async throws(StorageError) {
        let followers = state.withLock { state in
            defer { state.waiters = [] }
            return state.waiters
        }
        var failure: StorageError?
        do throws(StorageError) { try await write(records + followers.flatMap(\.records)) } catch { failure = error }
        for follower in followers { follower.continuation.resume(returning: .done(failure)) }
        let next = state.withLock { state -> Waiter? in
            guard !state.waiters.isEmpty else {
                state.isWriting = false
                return nil
            }
            return state.waiters.removeFirst()
        }
        next?.continuation.resume(returning: .lead)
        if let failure { throw failure }
    }
}
