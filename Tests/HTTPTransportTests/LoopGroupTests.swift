// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel
import Synchronization
import Testing

@testable import HTTPTransport

/// Several event loops for one client. With a share of 0, every loop counts as busy.
@Suite struct LoopGroupTests {
    private func outcome(_ client: HTTPClient, _ request: HTTPRequest) async -> HTTPError? {
        do {
            _ = try await client.send(request)
            return nil
        } catch { return error }
    }

    private func reached(_ condition: () -> Bool) async throws -> Bool {
        for _ in 0..<1000 where !condition() { try await Task.sleep(for: .milliseconds(10)) }
        return condition()
    }

    @Test(arguments: [
        // used, max, processors taken, wanted
        (1, 4, 0.5, 1), (1, 4, 0.79, 1), (1, 4, 0.8, 2), (1, 1, 1.0, 1),
        (2, 4, 1.59, 2), (2, 4, 1.6, 3), (4, 4, 4.0, 4),
        (2, 4, 0.61, 2), (2, 4, 0.59, 1), (3, 4, 1.19, 2), (3, 1, 2.9, 1),
    ])
    func thereAreAsManyAsAreBusy(used: Int, max: Int, taken: Double, wanted: Int) {
        #expect(LoopGroup.wanted(used: used, max: max, taken: taken, busyShare: 0.8) == wanted)
    }

    @Test(.timeLimit(.minutes(1)))
    func exchangesGoToTheLoopThatHasTheFewest() throws {
        let group = LoopGroup(HTTPConfiguration(), loopsMax: 2, busyShare: 0)
        defer { group.stop() }
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

    @Test func aRateIsKeptByOneLoop() {
        var configuration = HTTPConfiguration()
        configuration.downloadRate = 1 << 20
        let group = LoopGroup(configuration, loopsMax: 4, busyShare: 0)
        defer { group.stop() }
        for _ in 0..<100 { #expect(group.take() === group.first) }
    }

    @Test(.timeLimit(.minutes(1)), arguments: [true, false])
    func allLoopsTogetherKeepTheBoundOfConnections(isPinned: Bool) async throws {
        let most = Mutex((now: 0, most: 0))
        let server = try ScriptedServer { exchange in
            most.withLock { count in
                count.now += 1
                count.most = max(count.most, count.now)
            }
            exchange.readBody()
            most.withLock { $0.now -= 1 }
            exchange.answer("200 OK", "ok")
            return .keep
        }
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
        #expect(most.withLock { $0.most } <= 7)
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
