// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Synchronization

/// How much work waits or is under way, and a place to wait until none is.
final class WorkGauge: Sendable {
    private struct State {
        var count = 0
        var isClosed = false
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())

    func begin(_ count: Int) { state.withLock { $0.count += count } }

    func end() {
        let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
            state.count -= 1
            return state.count == 0 ? state.waiter.take() : nil
        }
        waiter?.resume()
    }

    /// Nobody does any work any more.
    func close() {
        let waiter = state.withLock { state in
            state.isClosed = true
            return state.waiter.take()
        }
        waiter?.resume()
    }

    /// Returns once everything that began has ended, or when that will not happen any more; for one waiter.
    func drained() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if state.count == 0 || state.isClosed { return true }
                    state.waiter = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            close()
        }
    }
}
