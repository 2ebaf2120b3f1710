// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageTestKit
import Synchronization

/// Runs the tasks of a schedule on one thread, one job after another, in an order that the seed decides: the same seed
/// gives the same run.
final class SeededExecutor: TaskExecutor {
    /// Nothing is left to run, and the body has not returned: its tasks wait for one another, or for something outside.
    struct Stuck: Error {}

    private enum Step {
        case job(UnownedJob)
        case wake(CheckedContinuation<Void, Never>)
    }

    private struct State {
        var steps: [Step] = []
        var random: SeededRandom
    }

    private final class Slot<Value: Sendable>: Sendable { let value = Mutex<Value?>(nil) }

    private let state: Mutex<State>

    init(seed: UInt64) { state = Mutex(State(random: SeededRandom(seed: seed))) }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        state.withLock { $0.steps.append(.job(job)) }
    }

    /// Lets others go first. (`Task.yield` would pass through the global executor, whose order no seed decides.)
    func pause() async {
        await withCheckedContinuation { continuation in
            state.withLock { $0.steps.append(.wake(continuation)) }
        }
    }

    /// A number that the seed decides.
    func random(in range: Range<Int>) -> Int { state.withLock { Int.random(in: range, using: &$0.random) } }

    /// Runs `body` to its end, on the calling thread.
    func run<R: Sendable>(_ body: @escaping @Sendable () async -> R) throws -> R {
        let slot = Slot<R>()
        Task(executorPreference: self) {
            let value = await body()
            slot.value.withLock { $0 = value }
        }
        while let step = next() {
            switch step {
            case .job(let job): job.runSynchronously(on: asUnownedTaskExecutor())
            case .wake(let continuation): continuation.resume()
            }
        }
        guard let value = slot.value.withLock({ $0 }) else { throw Stuck() }
        return value
    }

    private func next() -> Step? {
        state.withLock { state in
            guard !state.steps.isEmpty else { return nil }
            let index = Int.random(in: 0..<state.steps.count, using: &state.random)
            state.steps.swapAt(index, state.steps.count - 1)
            return state.steps.removeLast()
        }
    }
}
