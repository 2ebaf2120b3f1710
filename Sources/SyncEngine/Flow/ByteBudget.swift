// Part of godwit. SPDX-License-Identifier: Apache-2.0

import DequeModule
import StorageModel
import Synchronization

/// A count of something scarce (bytes of memory, requests in flight) that is handed out first come, first served.
///
/// What is larger than the whole budget is let in alone rather than never.
final class ByteBudget: Sendable {
    private struct Waiter {
        var id: UInt64
        var need: Int64
        var continuation: CheckedContinuation<Bool, Never>
    }

    private struct State {
        var available: Int64
        var waiters = Deque<Waiter>()
        var lastID: UInt64 = 0
    }

    /// What there is when nobody holds any.
    let total: Int64
    private let state: Mutex<State>

    init(total: Int64) {
        precondition(total > 0)
        self.total = total
        state = Mutex(State(available: total))
    }

    /// What is free now.
    var available: Int64 { state.withLock { $0.available } }

    /// How many wait.
    var waiting: Int { state.withLock { $0.waiters.count } }

    /// Takes `amount`, waiting behind those who came before. Throws `cancelled` when the task is cancelled meanwhile.
    func acquire(_ amount: Int64) async throws(StorageError) {
        if acquireNow(amount) { return }
        let need = min(amount, total)
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        let granted = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                enqueue(Waiter(id: id, need: need, continuation: continuation))
            }
        } onCancel: {
            giveUp(id)
        }
        guard granted else {
            throw StorageError(.cancelled, during: .validate, message: "cancelled while waiting for memory")
        }
    }

    /// Takes `amount` if it is free and nobody waits; false: it is not.
    func acquireNow(_ amount: Int64) -> Bool {
        let need = min(amount, total)
        return state.withLock { state in
            guard state.waiters.isEmpty, state.available >= need else { return false }
            state.available -= need
            return true
        }
    }

    /// Gives `amount` back, as it was asked for.
    func release(_ amount: Int64) {
        let granted = state.withLock { state in
            state.available += min(amount, total)
            return Self.admit(&state)
        }
        for waiter in granted { waiter.continuation.resume(returning: true) }
    }

    private func enqueue(_ waiter: Waiter) {
        let answer: Bool? = state.withLock { state in
            if Task.isCancelled { return false }
            if state.waiters.isEmpty, state.available >= waiter.need {
                state.available -= waiter.need
                return true
            }
            state.waiters.append(waiter)
            return nil
        }
        if let answer { waiter.continuation.resume(returning: answer) }
    }

    private func giveUp(_ id: UInt64) {
        let (waiter, granted) = state.withLock { state -> (Waiter?, [Waiter]) in
            guard let index = state.waiters.firstIndex(where: { $0.id == id }) else { return (nil, []) }
            return (state.waiters.remove(at: index), Self.admit(&state))
        }
        waiter?.continuation.resume(returning: false)
        for waiter in granted { waiter.continuation.resume(returning: true) }
    }

    /// Those at the head of the line whose turn has come.
    private static func admit(_ state: inout State) -> [Waiter] {
        var granted = [Waiter]()
        while let first = state.waiters.first, state.available >= first.need {
            state.available -= first.need
            granted.append(state.waiters.removeFirst())
        }
        return granted
    }
}
