// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import StorageModel
internal import Synchronization

/// A batch of deletions of which each may fail by itself: another attempt is made with those that may still succeed.
final class DeletionProgress: Sendable {
    private struct State {
        var outcomes: [DeleteOutcome?]
        /// Indices of what has no final answer yet, ascending.
        var pending: [Int]
    }

    private let deletions: [Deletion]
    private let state: Mutex<State>

    init(_ deletions: [Deletion]) {
        self.deletions = deletions
        state = Mutex(State(outcomes: Array(repeating: nil, count: deletions.count), pending: Array(deletions.indices)))
    }

    /// Deletes what is pending; throws when some of it is worth another attempt.
    func advance(with base: any Backend) async throws(StorageError) {
        let pending = state.withLock { $0.pending }
        let answers = try await base.delete(pending.map { deletions[$0] })
        precondition(answers.count == pending.count, "one outcome a deletion")
        let failure = state.withLock { state in
            state.pending = []
            for (index, answer) in zip(pending, answers) {
                state.outcomes[index] = answer
                if answer.error?.isTransient == true { state.pending.append(index) }
            }
            let failures = state.pending.compactMap { state.outcomes[$0]?.error }
            return failures.first { $0.kind == .rateLimited } ?? failures.first
        }
        if let failure { throw failure }
    }

    /// Whether the store answered for the batch at least once.
    var hasAnswers: Bool { state.withLock { $0.outcomes.contains { $0 != nil } } }

    /// One outcome a deletion, in order; `rest` is the end of those that stayed pending.
    func outcomes(rest: StorageError?) -> [DeleteOutcome] {
        state.withLock { state in
            for index in state.pending {
                guard let rest else { continue }
                var error = state.outcomes[index]?.error ?? rest
                error.disposition = rest.disposition
                if rest.kind == .cancelled { error = rest }
                state.outcomes[index] = DeleteOutcome(key: deletions[index].key, error: error)
            }
            return state.outcomes.compactMap(\.self)
        }
    }
}
