// Part of godwit. SPDX-License-Identifier: Apache-2.0

package import StorageModel
internal import Synchronization

/// At most so many calls at once; the others wait in the order they came. A call that is cancelled while it waits
/// leaves the queue.
package final class ConcurrencyLimit: Interceptor {
    private struct Waiter {
        let number: Int
        let continuation: CheckedContinuation<Bool, Never>
    }

    private struct State {
        var free: Int
        var issued = 0
        var waiters: [Waiter] = []
    }

    private let state: Mutex<State>

    package init(_ limit: Int) {
        precondition(limit > 0)
        state = Mutex(State(free: limit))
    }

    package func around<T: Sendable>(
        _ call: Call, _ next: @Sendable () async throws(StorageError) -> T
    ) async throws(StorageError) -> T {
        guard await acquire() else {
            throw StorageError(
                .cancelled, during: call.operation, key: call.key, message: "cancelled while waiting for its turn")
        }
        defer { release() }
        return try await next()
    }

    private func acquire() async -> Bool {
        let number = state.withLock { state -> Int? in
            if state.free > 0, state.waiters.isEmpty {
                state.free -= 1
                return nil
            }
            state.issued += 1
            return state.issued
        }
        guard let number else { return true }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer = state.withLock { state -> Bool? in
                    // Looked at under the lock: either this sees the cancellation, or its handler sees the waiter.
                    if Task.isCancelled { return false }
                    if state.free > 0, state.waiters.isEmpty {
                        state.free -= 1
                        return true
                    }
                    state.waiters.append(Waiter(number: number, continuation: continuation))
                    return nil
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            let waiter = state.withLock { state in
                state.waiters.firstIndex { $0.number == number }.map { state.waiters.remove(at: $0) }
            }
            waiter?.continuation.resume(returning: false)
        }
    }

    private func release() {
        let waiter = state.withLock { state -> Waiter? in
            guard state.waiters.isEmpty else { return state.waiters.removeFirst() }
            state.free += 1
            return nil
        }
        waiter?.continuation.resume(returning: true)
    }
}
