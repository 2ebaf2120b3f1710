// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel
import Testing

@testable import HTTPTransport

/// A rate of requests, in time that passes only by what the tests add, and on the wire.
@Suite struct RequestRateTests {
    private static let millisecond: Nanoseconds = 1_000_000
    private let start: Nanoseconds = 1_000_000_000_000

    private func at(_ milliseconds: Int) -> Nanoseconds { start + Nanoseconds(milliseconds) * Self.millisecond }

    /// When the next requests of one who asks at `milliseconds` may go out.
    private func turns(_ rate: RequestRate, _ count: Int, at milliseconds: Int) -> [Int] {
        (0..<count).map { _ in (Int(rate.turn(now: at(milliseconds)).due) - Int(start)) / Int(Self.millisecond) }
    }

    @Test func turnsLieOneIntervalApart() {
        let rate = RequestRate(perSecond: 10)
        #expect(turns(rate, 3, at: 0) == [0, 100, 200])
        #expect(turns(rate, 1, at: 290) == [300])
        // What was not used is not saved up.
        #expect(turns(rate, 2, at: 5000) == [5000, 5100])
        #expect(turns(RequestRate(perSecond: 0.5), 3, at: 0) == [0, 2000, 4000])
    }

    @Test func aBurstIsSavedUp() {
        let rate = RequestRate(perSecond: 10, burst: 4)
        #expect(turns(rate, 6, at: 0) == [0, 0, 0, 0, 100, 200])
        #expect(turns(rate, 3, at: 500) == [500, 500, 500])
        #expect(turns(rate, 5, at: 60_000) == [60_000, 60_000, 60_000, 60_000, 60_100])
        #expect(turns(RequestRate(perSecond: 1, burst: .max), 3, at: 0) == [0, 0, 0])
    }

    @Test func aTurnThatIsGivenBackIsForOthers() {
        let rate = RequestRate(perSecond: 10)
        _ = rate.turn(now: start)
        let second = rate.turn(now: start)
        rate.giveBack(second)
        #expect(rate.turn(now: start) == second)
        let third = rate.turn(now: start)
        rate.giveBack(second)
        // Somebody comes after it already: two would go out at once.
        #expect(rate.turn(now: start).due == third.due + 100 * Self.millisecond)
    }

    /// What loops that share a rate send, each as long as it has `work`, waking up to `late` milliseconds after the time.
    private func sent(
        _ rate: RequestRate, loops: Int, milliseconds: Int, late: Int, work: (_ loop: Int, _ at: Int) -> Bool
    ) -> [[Int]] {
        var turns = (0..<loops).map { _ in RequestTurns(rate) }
        var sent = [[Int]](repeating: [], count: loops)
        for step in stride(from: 0, to: milliseconds, by: late + 1) {
            for loop in turns.indices {
                while work(loop, step), turns[loop].isDue(now: at(step)) {
                    turns[loop].use()
                    sent[loop].append(step)
                }
                if !work(loop, step) { turns[loop].leave() }
            }
        }
        return sent
    }

    @Test(arguments: [3.0, 50, 1000], [0, 2, 30])
    func lateLoopsKeepTheRate(_ perSecond: Double, late: Int) {
        let rate = RequestRate(perSecond: perSecond)
        let sent = sent(rate, loops: 1, milliseconds: 20_000, late: late) { _, _ in true }[0]
        for begin in stride(from: 0, through: 15_000, by: 1000) {
            let count = Double(sent.count { (begin..<begin + 5000).contains($0) })
            #expect(count >= 0.95 * 5 * perSecond - 1 && count <= 1.05 * 5 * perSecond + 1)
        }
    }

    @Test func loopsThatAskTakeTurns() {
        let rate = RequestRate(perSecond: 100)
        let sent = sent(rate, loops: 3, milliseconds: 9000, late: 0) { loop, at in loop < 2 || at >= 6000 }
        #expect(sent.map(\.count).reduce(0, +) <= 901)
        #expect(abs(sent[0].count - sent[1].count) <= 1)
        #expect((95...101).contains(sent[2].count))
    }

    @Test func whoDidNotWantAnyHasSavedNone() {
        let rate = RequestRate(perSecond: 10)
        let sent = sent(rate, loops: 1, milliseconds: 10_000, late: 0) { _, at in at < 50 || at >= 5000 }[0]
        #expect(sent.prefix(3) == [0, 5000, 5100])
    }

    /// All clients together, whatever the host.
    @Test(.timeLimit(.minutes(10)))
    func requestsAreNeverSentFaster() async throws {
        let servers = try (0..<2).map { _ in
            try ScriptedServer { exchange in
                exchange.answer()
                return .keep
            }
        }
        defer { for server in servers { server.stop() } }
        var configuration = HTTPConfiguration()
        configuration.requestRate = RequestRate(perSecond: 40)
        let clients = [configuration, configuration].map { HTTPClient($0, loopsMax: 2, busyShare: 0) }
        let elapsed = await ContinuousClock().measure {
            await withTaskGroup(of: HTTPError?.self) { group in
                for index in 0..<40 {
                    let request = HTTPRequest(.get, servers[index % 2].url + "/k")
                    group.addTask { await outcome(clients[index / 2 % 2], request) }
                }
                for await failure in group { #expect(failure == nil) }
            }
        }
        #expect(elapsed > .milliseconds(950), "\(elapsed)")
        #expect(clients.map(\.counters.requests).reduce(0, +) == 40)
    }

    @Test func whatWasSignedLongAgoIsSignedAgain() {
        var request = HTTPRequest(.get, "http://host/k", headers: [HTTPHeader("time", "old")])
        request.renewedHeaders = { [HTTPHeader("time", "new")] }
        let transfer = Transfer(request)
        transfer.arrival = start
        transfer.renewHeaders(now: at(60_000))
        #expect(transfer.request.headers == [HTTPHeader("time", "old")])
        transfer.renewHeaders(now: at(60_001))
        #expect(transfer.request.headers == [HTTPHeader("time", "new")])
    }

    @Test(.timeLimit(.minutes(10)))
    func whoWaitsForATurnCanBeCancelled() async throws {
        let server = try ScriptedServer { exchange in
            exchange.answer()
            return .keep
        }
        defer { server.stop() }
        var configuration = HTTPConfiguration()
        configuration.requestRate = RequestRate(perSecond: 0.001)
        let client = HTTPClient(configuration)
        let request = HTTPRequest(.get, server.url + "/k")
        #expect(await outcome(client, request) == nil)
        let tasks = (0..<5).map { _ in Task { await outcome(client, request) } }
        for task in tasks[..<3] { task.cancel() }
        for task in tasks[..<3] { #expect(await task.value?.kind == .cancelled) }
        client.shutdown()
        for task in tasks[3...] { #expect(await task.value?.kind == .closed) }
        #expect(server.requestCount == 1)
    }
}
