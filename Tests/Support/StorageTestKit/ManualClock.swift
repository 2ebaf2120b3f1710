// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// A clock that moves only when a test moves it.
package final class ManualClock: Clock {
    package struct Instant: InstantProtocol, Sendable {
        package var offset: Duration

        package init(offset: Duration = .zero) { self.offset = offset }
        package func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
        package func duration(to other: Instant) -> Duration { other.offset - offset }
        package static func < (a: Instant, b: Instant) -> Bool { a.offset < b.offset }
    }

    private struct Sleeper {
        var id: Int
        var deadline: Instant
        var continuation: CheckedContinuation<Bool, Never>
    }

    private struct Watcher {
        var count: Int
        var continuation: CheckedContinuation<Void, Never>
    }

    private struct State {
        var now = Instant()
        var nextID = 0
        var sleepers: [Sleeper] = []
        var cancelled: Set<Int> = []
        var watchers: [Watcher] = []
        var slept: [Duration] = []
    }

    private let state = Mutex(State())

    package init() {}

    package var now: Instant { state.withLock { $0.now } }
    package var minimumResolution: Duration { .nanoseconds(1) }

    /// How long each sleep was asked to be, in the order they began.
    package var slept: [Duration] { state.withLock { $0.slept } }

    package func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        let id = state.withLock { state in
            state.nextID += 1
            state.slept.append(state.now.duration(to: deadline))
            return state.nextID
        }
        let isOver = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                begin(Sleeper(id: id, deadline: deadline, continuation: continuation))
            }
        } onCancel: {
            cancel(id)
        }
        if !isOver { throw CancellationError() }
    }

    /// Moves time forward and wakes whom it reaches.
    package func advance(by duration: Duration) {
        let due = state.withLock { state in
            state.now = state.now.advanced(by: duration)
            let now = state.now
            let due = state.sleepers.filter { $0.deadline <= now }
            state.sleepers.removeAll { $0.deadline <= now }
            return due.sorted { $0.deadline < $1.deadline }.map(\.continuation)
        }
        for continuation in due { continuation.resume(returning: true) }
    }

    /// Moves time to the next deadline; false when nobody sleeps.
    @discardableResult
    package func advanceToNextSleeper() -> Bool {
        let distance = state.withLock { state in
            state.sleepers.map { state.now.duration(to: $0.deadline) }.min()
        }
        guard let distance else { return false }
        advance(by: distance)
        return true
    }

    /// Returns when at least `count` tasks sleep.
    package func waitForSleepers(_ count: Int = 1) async {
        await withCheckedContinuation { continuation in
            let isReached = state.withLock { state in
                if state.sleepers.count < count {
                    state.watchers.append(Watcher(count: count, continuation: continuation))
                    return false
                }
                return true
            }
            if isReached { continuation.resume() }
        }
    }

    private func begin(_ sleeper: Sleeper) {
        let (outcome, watchers): (Bool?, [Watcher]) = state.withLock { state in
            if state.cancelled.remove(sleeper.id) != nil { return (false, []) }
            if sleeper.deadline <= state.now { return (true, []) }
            state.sleepers.append(sleeper)
            let count = state.sleepers.count
            let reached = state.watchers.filter { $0.count <= count }
            state.watchers.removeAll { $0.count <= count }
            return (nil, reached)
        }
        if let outcome { sleeper.continuation.resume(returning: outcome) }
        for watcher in watchers { watcher.continuation.resume() }
    }

    private func cancel(_ id: Int) {
        let continuation = state.withLock { state -> CheckedContinuation<Bool, Never>? in
            guard let index = state.sleepers.firstIndex(where: { $0.id == id }) else {
                state.cancelled.insert(id)
                return nil
            }
            return state.sleepers.remove(at: index).continuation
        }
        continuation?.resume(returning: false)
    }
}
