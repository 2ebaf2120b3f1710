// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel
import Synchronization
import Testing

@testable import HTTPTransport

/// Several event loops for one client. With a share of 0, every loop counts as busy.
@Suite struct LoopGroupTests {
    /// Takes loops of `group` until there are `count`, which a busy one is asked for.
    private func grown(_ group: LoopGroup, to count: Int) async throws {
        var seen: [HTTPLoop] = []
        #expect(
            try await reached {
                let loop = group.take()
                if !seen.contains(where: { $0 === loop }) { seen.append(loop) }
                return seen.count == count
            })
        for loop in seen { while loop.load.count > 0 { loop.load.end() } }
    }

    @Test(.timeLimit(.minutes(1)))
    func exchangesGoToTheLoopThatHasTheFewest() async throws {
        let group = LoopGroup(HTTPConfiguration(), loopsMax: 2, busyShare: 0)
        defer { group.stop() }
        try await grown(group, to: 2)
        let loops = (0..<10).map { _ in group.take() }
        #expect(Set(loops.map { ObjectIdentifier($0) }).count == 2)
        #expect(loops.filter { $0 === group.first }.count == 5)
        for loop in loops { loop.load.end() }
        #expect(loops.allSatisfy { $0.load.count == 0 })
    }

    @Test func aLoopThatIsNotBusyStaysAlone() {
        let group = LoopGroup(HTTPConfiguration(), loopsMax: 4, busyShare: 0.8)
        defer { group.stop() }
        for _ in 0..<100 { #expect(group.take() === group.first) }
    }

    @Test func whereNoConnectionCanBeSparedThereIsOneLoop() async throws {
        var configuration = HTTPConfiguration()
        configuration.connectionsMax = 1
        let group = LoopGroup(configuration, loopsMax: 4, busyShare: 0)
        defer { group.stop() }
        for _ in 0..<100 {
            #expect(group.take() === group.first)
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    @Test(.timeLimit(.minutes(1)), arguments: [true, false])
    func allLoopsTogetherKeepTheBoundOfConnections(isPinned: Bool) async throws {
        let most = Mutex(0)
        let open = Mutex<ScriptedServer?>(nil)
        let server = try ScriptedServer { exchange in
            exchange.readBody()
            let count = open.withLock { $0?.openConnections ?? 0 }
            most.withLock { $0 = max($0, count) }
            exchange.answer("200 OK", "ok")
            return .keep
        }
        open.withLock { $0 = server }
        defer { server.stop() }
        var configuration = HTTPConfiguration()
        configuration.connectionsMax = 7
        configuration.pacesHosts = false
        let client = HTTPClient(configuration, loopsMax: 3, busyShare: 0)
        let request = HTTPRequest(.put, server.url + "/k", body: .bytes([UInt8](repeating: 7, count: 100_000)))
        let answers = await withTaskGroup(of: HTTPError?.self) { group in
            for _ in 0..<1000 {
                group.addTask(executorPreference: isPinned ? client.executor : nil) { await outcome(client, request) }
            }
            return await group.reduce(into: 0) { $0 += $1 == nil ? 1 : 0 }
        }
        #expect(answers == 1000)
        #expect((1...7).contains(most.withLock { $0 }))
        #expect(client.counters.requests == 1000)
    }

    @Test(.timeLimit(.minutes(1)))
    func whatIsUnderWayOnAnyLoopIsCancelledAndClosed() async throws {
        let server = try ScriptedServer { exchange in
            exchange.waitForEnd()
            return .close
        }
        defer { server.stop() }
        let client = HTTPClient(HTTPConfiguration(), loopsMax: 2, busyShare: 0)
        let request = HTTPRequest(.get, server.url + "/k")
        let tasks = (0..<8).map { _ in Task { await outcome(client, request) } }
        #expect(try await reached { server.requestCount == 8 })
        for task in tasks[..<4] { task.cancel() }
        for task in tasks[..<4] { #expect(await task.value?.kind == .cancelled) }
        #expect(try await reached { server.openConnections == 4 })
        client.shutdown()
        for task in tasks[4...] { #expect(await task.value?.kind == .closed) }
        #expect(await outcome(client, request)?.kind == .closed)
        #expect(try await reached { server.openConnections == 0 })
    }

    @Test(.timeLimit(.minutes(1)))
    func aThreadIsMeasuredByTheTimeThatItTakes() async throws {
        let load = LoopLoad()
        #expect(load.share(now: MonotonicClock.now) == 0)
        load.threadBegan()
        var value = 1.0
        while load.share(now: MonotonicClock.now) == 0 {
            for step in 1..<10_000 { value += 1 / (value + Double(step)) }
            load.measure()
        }
        #expect(value > 1)
        #expect(load.share(now: MonotonicClock.now) <= 1.1)
        // What was measured long ago says nothing.
        #expect(load.share(now: MonotonicClock.now + 2_000_000_000) == 0)
    }
}
