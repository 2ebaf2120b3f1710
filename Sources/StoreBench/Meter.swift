// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import StorageModel
internal import Synchronization

/// Repeats one kind of call, so many at once, for a while, and measures.
struct Meter: Sendable {
    /// What a call did.
    struct Yield: Sendable {
        var bytes: Int64 = 0
        var entries = 0
    }

    typealias Work = @Sendable (_ index: Int) async throws(StorageError) -> Yield

    /// Failures in a row after which a task gives up.
    private static let failuresMax = 3
    /// Refusals after which a task gives up when its time is over and nothing has succeeded.
    private static let refusalsMax = 5
    /// How long a task waits after a refusal, doubling with each in a row.
    private static let patience = Duration.milliseconds(50)
    private static let patienceMax = Duration.seconds(2)

    /// Where the calls run best.
    let executor: (any TaskExecutor)?
    let duration: Duration

    /// Runs until `duration` is over and every task has done one call, or `callsMax` calls were begun. Each task makes a
    /// worker of its own, which may hold memory. `blank` says what is measured, and how many at once.
    /// - Throws: `cancelled`; what failed, when nothing succeeded. Refusals are no failures.
    func measure(
        _ blank: Measurement, callsMax: Int = .max, _ worker: @escaping @Sendable () -> Work
    ) async throws(StorageError) -> Measurement {
        let turns = Turns()
        let clock = ContinuousClock()
        let start = clock.now
        let deadline = start + duration
        var sum = blank
        await withTaskGroup(of: Measurement.self) { group in
            for _ in 0..<blank.concurrency {
                group.addTask(executorPreference: executor) {
                    await Self.run(worker(), turns, callsMax, deadline: deadline, into: blank)
                }
            }
            for await tally in group { sum.add(tally) }
        }
        sum.seconds = (clock.now - start) / .seconds(1)
        if Task.isCancelled { throw StorageError(.cancelled, during: .validate, message: "cancelled") }
        if sum.calls == 0, let failure = sum.failure { throw failure }
        return sum
    }

    private static func run(
        _ work: Work, _ turns: Turns, _ callsMax: Int, deadline: ContinuousClock.Instant, into blank: Measurement
    ) async -> Measurement {
        let clock = ContinuousClock()
        var tally = blank, failuresInRow = 0, wait = patience
        var now = clock.now
        while !Task.isCancelled, now < deadline || tally.calls == 0 {
            let index = turns.take()
            guard index < callsMax else { break }
            do throws(StorageError) {
                let yield = try await work(index)
                let end = clock.now
                tally.calls += 1
                tally.bytes += yield.bytes
                tally.entries += yield.entries
                tally.latency.add((end - now) / .seconds(1))
                (failuresInRow, wait) = (0, patience)
            } catch {
                if error.kind == .cancelled { break }
                guard error.kind == .rateLimited else {
                    tally.failures += 1
                    tally.failure = tally.failure ?? error
                    failuresInRow += 1
                    if failuresInRow == failuresMax { break }
                    now = clock.now
                    continue
                }
                tally.refusals += 1
                if tally.refusals >= refusalsMax, tally.calls == 0, clock.now >= deadline { break }
                try? await Task.sleep(for: wait)
                wait = min(wait * 2, patienceMax)
            }
            now = clock.now
        }
        return tally
    }
}

/// Numbers the calls of all tasks.
private final class Turns: Sendable {
    private let next = Atomic<Int>(0)

    func take() -> Int { next.add(1, ordering: .relaxed).oldValue }
}
