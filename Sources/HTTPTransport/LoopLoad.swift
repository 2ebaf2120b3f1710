// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Synchronization

/// How much of a processor one event loop takes, and how many exchanges it has: written by its thread and by those who
/// send, read by any.
final class LoopLoad: Sendable {
    private static let window: Nanoseconds = 200_000_000
    /// What was measured longer ago says nothing of a loop that sleeps since.
    private static let memory: Nanoseconds = 1_000_000_000

    private let exchanges = Atomic<Int>(0)
    private let perMille = Atomic<UInt64>(0)
    private let measured = Atomic<Nanoseconds>(0)
    // These are touched by the loop's thread only, of which there is one at a time.
    nonisolated(unsafe) private var began: Nanoseconds = 0
    nonisolated(unsafe) private var timeBegan: Nanoseconds = 0

    /// Exchanges that were handed to the loop and are not over.
    var count: Int { exchanges.load(ordering: .relaxed) }

    func begin() { exchanges.wrappingAdd(1, ordering: .relaxed) }
    func end() { exchanges.wrappingSubtract(1, ordering: .relaxed) }

    /// The share of a processor that the loop took lately, 0 to 1.
    func share(now: Nanoseconds) -> Double {
        let measured = measured.load(ordering: .relaxed)
        return now < measured + Self.memory ? Double(perMille.load(ordering: .relaxed)) / 1000 : 0
    }

    /// Begins to measure the thread that calls.
    func threadBegan() {
        began = MonotonicClock.now
        timeBegan = MonotonicClock.threadTime
    }

    /// Measures the thread that calls, when it is time to.
    ///
    /// It is the thread's own time that counts, not for how long it did not sleep: where others want the processor too,
    /// one more thread would only make one more.
    func measure() {
        let now = MonotonicClock.now
        guard now >= began + Self.window else { return }
        let time = MonotonicClock.threadTime
        perMille.store((time - timeBegan) * 1000 / (now - began), ordering: .relaxed)
        measured.store(now, ordering: .relaxed)
        (began, timeBegan) = (now, time)
    }
}
