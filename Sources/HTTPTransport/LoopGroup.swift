// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Synchronization

/// The event loops of one client: one, and another whenever those that there are have hardly any of their processors
/// left.
///
/// An exchange goes to the loop that has the fewest; tasks stay with the executor that they prefer. All loops together
/// have the client's connections: a new one gets half of those that another may have, as far as they are not open. Rates
/// are shared by all, whatever the number of loops.
final class LoopGroup: Sendable {
    private static let interval: Nanoseconds = 200_000_000

    private struct Member {
        let loop: HTTPLoop
        /// Connections that it may have.
        var connectionsMax: Int
    }

    private struct State {
        var members: [Member]
        var nextLook: Nanoseconds = 0
        /// A loop was asked for connections and has not answered.
        var isAsking = false
        var isClosed = false
    }

    /// The one that is always there.
    let first: HTTPLoop
    private let configuration: HTTPConfiguration
    private let loopsMax: Int
    private let busyShare: Double
    private let state: Mutex<State>

    /// - Parameters:
    ///   - loopsMax: The most loops at once.
    ///   - busyShare: The share of its processor that a loop takes, on the average, before there is another one.
    init(_ configuration: HTTPConfiguration, loopsMax: Int, busyShare: Double) {
        self.configuration = configuration
        self.loopsMax = loopsMax
        self.busyShare = busyShare
        first = HTTPLoop(configuration)
        first.executor.attach(first)
        state = Mutex(State(members: [Member(loop: first, connectionsMax: configuration.connectionsMax)]))
    }

    /// The loop for an exchange, which counts there from now on. Give it back with the `end()` of its load.
    func take() -> HTTPLoop {
        let now = MonotonicClock.now
        let (loop, giver) = state.withLock { state -> (HTTPLoop, Int?) in
            let least = state.members.min { $0.loop.load.count < $1.loop.load.count }?.loop ?? first
            return (least, now < state.nextLook ? nil : self.giver(&state, now))
        }
        if let giver { ask(giver) }
        loop.load.begin()
        return loop
    }

    var counters: HTTPCounters {
        loops.reduce(into: HTTPCounters(requests: 0, bytesSent: 0, bytesReceived: 0)) {
            let counters = $1.counters.snapshot
            $0.requests += counters.requests
            $0.bytesSent += counters.bytesSent
            $0.bytesReceived += counters.bytesReceived
        }
    }

    /// Ends every loop, after what is under way was cancelled.
    func stop() {
        state.withLock { $0.isClosed = true }
        for loop in loops { loop.executor.stop() }
    }

    private var loops: [HTTPLoop] { state.withLock { $0.members.map(\.loop) } }

    /// Where there should be another loop: which one gives it connections, the one with the most.
    private func giver(_ state: inout State, _ now: Nanoseconds) -> Int? {
        state.nextLook = now + Self.interval
        guard !state.isClosed, !state.isAsking, state.members.count < loopsMax else { return nil }
        let taken = state.members.reduce(0) { $0 + $1.loop.load.share(now: now) }
        guard taken >= busyShare * Double(state.members.count) else { return nil }
        state.isAsking = true
        return state.members.indices.max { state.members[$0].connectionsMax < state.members[$1].connectionsMax }
    }

    private func ask(_ giver: Int) {
        let loop = state.withLock { $0.members[giver].loop }
        loop.executor.post(.giveConnections { [weak self] count in self?.add(connections: count, of: giver) })
    }

    /// Adds a loop that may have `count` connections, which the loop at `giver` gave up.
    private func add(connections count: Int, of giver: Int) {
        state.withLock { state in
            state.isAsking = false
            guard count > 0, !state.isClosed else { return }
            var configuration = configuration
            configuration.connectionsMax = count
            let loop = HTTPLoop(configuration)
            loop.executor.attach(loop)
            state.members[giver].connectionsMax -= count
            state.members.append(Member(loop: loop, connectionsMax: count))
        }
    }
}
