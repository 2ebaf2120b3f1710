// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Synchronization

/// The event loops of one client: one, and another whenever those in use have hardly any of their processors left.
///
/// An exchange goes to the loop that has the fewest; tasks stay with the executor that they prefer.
final class LoopGroup: Sendable {
    private static let interval: Nanoseconds = 200_000_000

    private struct State {
        var loops: [HTTPLoop]
        var used = 1
        var isClosed = false
        var rates: (upload: Int64?, download: Int64?)
    }

    /// The one that is always in use.
    let first: HTTPLoop
    private let configuration: HTTPConfiguration
    private let loopsMax: Int
    private let busyShare: Double
    private let state: Mutex<State>
    /// Loops in use, for those who only want to know whether it is one.
    private let used = Atomic<Int>(1)
    private let nextLook = Atomic<Nanoseconds>(0)

    /// - Parameters:
    ///   - loopsMax: The most loops at once; each needs a connection.
    ///   - busyShare: The share of its processor that a loop takes, on the average, before there is another one.
    init(_ configuration: HTTPConfiguration, loopsMax: Int, busyShare: Double) {
        self.configuration = configuration
        self.loopsMax = max(min(loopsMax, configuration.connectionsMax), 1)
        self.busyShare = busyShare
        first = HTTPLoop(configuration)
        first.executor.attach(first)
        state = Mutex(State(loops: [first], rates: (configuration.uploadRate, configuration.downloadRate)))
    }

    /// The loop for an exchange, which counts there from now on. Give it back with ``HTTPLoop/load``'s `end()`.
    func take() -> HTTPLoop {
        if loopsMax > 1 { look() }
        let loop = used.load(ordering: .relaxed) == 1 ? first : leastOccupied()
        loop.load.begin()
        return loop
    }

    var counters: HTTPCounters {
        state.withLock { $0.loops }.reduce(into: HTTPCounters(requests: 0, bytesSent: 0, bytesReceived: 0)) {
            let counters = $1.counters.snapshot
            $0.requests += counters.requests
            $0.bytesSent += counters.bytesSent
            $0.bytesReceived += counters.bytesReceived
        }
    }

    func setRates(upload: Int64?, download: Int64?) {
        let loops = state.withLock { state in
            state.rates = (upload, download)
            return state.loops
        }
        for loop in loops { loop.executor.post(.setRates(upload: upload, download: download)) }
    }

    /// Ends every loop, after what is under way was cancelled.
    func stop() {
        let loops = state.withLock { state in
            state.isClosed = true
            return state.loops
        }
        for loop in loops { loop.executor.stop() }
    }

    private func leastOccupied() -> HTTPLoop {
        state.withLock { state in
            state.loops[..<state.used].min { $0.load.count < $1.load.count } ?? first
        }
    }

    /// Looks now and then whether there are as many loops in use as there should be.
    private func look() {
        let now = MonotonicClock.now
        let due = nextLook.load(ordering: .relaxed)
        guard now >= due,
            nextLook.compareExchange(expected: due, desired: now + Self.interval, ordering: .relaxed).exchanged
        else { return }
        state.withLock { state in
            guard !state.isClosed else { return }
            // All bytes share one rate, which one loop keeps.
            let max = state.rates == (nil, nil) ? loopsMax : 1
            let taken = state.loops[..<state.used].reduce(0) { $0 + $1.load.share(now: now) }
            let wanted = Self.wanted(used: state.used, max: max, taken: taken, busyShare: busyShare)
            if wanted != state.used { use(wanted, &state) }
        }
    }

    /// How many loops there should be, where `used` take `taken` processors together.
    static func wanted(used: Int, max: Int, taken: Double, busyShare: Double) -> Int {
        if used > max { return max }
        if taken >= busyShare * Double(used) { return min(used + 1, max) }
        // One fewer would do, with room to spare.
        return taken < busyShare * 0.75 * Double(used - 1) ? used - 1 : used
    }

    /// Shares the connections among so many loops.
    private func use(_ count: Int, _ state: inout State) {
        while state.loops.count < count {
            let loop = HTTPLoop(configuration)
            loop.executor.attach(loop)
            state.loops.append(loop)
        }
        state.used = count
        used.store(count, ordering: .relaxed)
        let all = max(configuration.connectionsMax, 1)
        for (index, loop) in state.loops[..<count].enumerated() {
            loop.executor.post(.setConnectionsMax(all / count + (index < all % count ? 1 : 0)))
        }
    }
}
