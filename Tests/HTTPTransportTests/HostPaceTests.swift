// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Testing

@testable import HTTPTransport

@Suite struct HostPaceTests {
    /// A host with so many workers behind a network of so much delay, which may refuse what comes too often.
    private struct Host {
        var delay = 0.0
        /// Seconds that one of its workers takes for a request.
        var work = 0.001
        /// Nil: as many as are needed.
        var workers: Int?
        /// Answers in every whole second.
        var limit = Int.max

        /// What is sent for `seconds` with work always waiting.
        func served(_ pace: inout HostPace, from start: Double = 0, for seconds: Double) -> (
            answered: Int, refused: Int
        ) {
            var flying: [(end: Double, isRefused: Bool)] = []
            var free = [Double](repeating: 0, count: workers ?? 0)
            /// Those that end last come first.
            func fly(_ end: Double, _ isRefused: Bool) {
                var (low, high) = (0, flying.count)
                while low < high {
                    let middle = (low + high) / 2
                    if flying[middle].end <= end { high = middle } else { low = middle + 1 }
                }
                flying.insert((end, isRefused), at: low)
            }
            var (now, answered, refused) = (start, 0, 0)
            var second = (number: -1, count: 0)
            let nanoseconds = { (time: Double) in Nanoseconds((time + 1) * 1e9) }
            while now < start + seconds {
                var wake = start + seconds
                while flying.count < pace.limit {
                    let due = pace.due(now: nanoseconds(now))
                    guard due == 0 else {
                        wake = Double(due) / 1e9 - 1 + 1e-6
                        break
                    }
                    pace.begin(now: nanoseconds(now))
                    if Int(now) != second.number { second = (Int(now), 0) }
                    second.count += 1
                    if second.count > limit {
                        fly(now + delay + 0.0005, true)
                    } else if let worker = free.indices.min(by: { free[$0] < free[$1] }) {
                        free[worker] = max(free[worker], now + delay / 2) + work
                        fly(free[worker] + delay / 2, false)
                    } else {
                        fly(now + delay + work, false)
                    }
                }
                guard let first = flying.last, first.end <= wake else {
                    now = wake
                    continue
                }
                let done = flying.removeLast()
                now = done.end
                if done.isRefused { refused += 1 } else { answered += 1 }
                pace.end(bytes: 4096, isRefused: done.isRefused, isBusy: true, now: nanoseconds(now))
            }
            return (answered, refused)
        }
    }

    @Test func aDistantHostIsAskedAsMuchAsThereMayBe() {
        var pace = HostPace(max: 256)
        let host = Host(delay: 0.02, work: 0.0001)
        _ = host.served(&pace, for: 1)
        #expect(pace.limit == 256)
    }

    @Test func aNearOneWithFewWorkersIsNotFlooded() {
        var pace = HostPace(max: 256)
        _ = Host(delay: 0.0001, work: 0.001, workers: 4).served(&pace, for: 5)
        #expect(pace.limit <= 48)
    }

    @Test func moreIsFoundWhenTheHostBecomesSlowToAnswer() {
        var pace = HostPace(max: 256)
        _ = Host(delay: 0.0001, work: 0.001, workers: 4).served(&pace, for: 3)
        _ = Host(delay: 0.05, work: 0.0001).served(&pace, from: 3, for: 5)
        #expect(pace.limit >= 128)
    }

    @Test(arguments: [300, 50, 1_000])
    func refusalsCostNothingButThemselves(limit: Int) {
        var pace = HostPace(max: 256)
        let (answered, refused) = Host(delay: 0.001, work: 0.0002, limit: limit).served(&pace, for: 10)
        #expect(answered >= limit * 10 * 90 / 100)
        #expect(refused < answered / 3 + 2 * limit)
    }

    @Test func whoComesLaterGetsAShare() {
        var paces = [HostPace(max: 256), HostPace(max: 256)]
        var (answered, inSecond) = ([0, 0], 0)
        for millisecond in 1...60_000 {
            if millisecond % 1000 == 0 { inSecond = 0 }
            let now = Nanoseconds(millisecond) * 1_000_000
            for client in paces.indices where client == 0 || millisecond > 5_000 {
                while paces[client].due(now: now) == 0, inSecond < 2_000 {
                    paces[client].begin(now: now)
                    inSecond += 1
                    paces[client].end(bytes: 0, isRefused: inSecond > 300, isBusy: true, now: now)
                    if inSecond <= 300, millisecond > 40_000 { answered[client] += 1 }
                }
            }
        }
        #expect(answered[0] + answered[1] >= 300 * 20 * 95 / 100)
        #expect(answered.allSatisfy { $0 > 300 * 20 / 4 })
    }

    @Test func fasterAgainOnceNothingIsRefused() {
        var pace = HostPace(max: 256)
        _ = Host(delay: 0.001, work: 0.0002, limit: 100).served(&pace, for: 4)
        _ = Host(delay: 0.001, work: 0.0002).served(&pace, from: 4, for: 8)
        let (answered, _) = Host(delay: 0.001, work: 0.0002).served(&pace, from: 12, for: 0.2)
        #expect(answered > 2_000)
    }

    @Test func aHostThatRefusesAllIsStillAsked() {
        var pace = HostPace(max: 256)
        let (answered, refused) = Host(delay: 0.001, limit: 0).served(&pace, for: 20)
        #expect(answered == 0 && (20...2_000).contains(refused))
        let (after, _) = Host(delay: 0.001, limit: 300).served(&pace, from: 20, for: 15)
        #expect(after > 300 * 8)
    }

    @Test func neverMoreThanAllowed() {
        var pace = HostPace(max: 3)
        _ = Host(delay: 0.05).served(&pace, for: 5)
        #expect(pace.limit <= 3 && pace.limit >= 1)
    }

    @Test(arguments: [
        ("http://127.0.0.1:8333/bucket/key?x=1", "http://127.0.0.1:8333"), ("https://host?list", "https://host"),
        ("https://[::1]:9/", "https://[::1]:9"), ("nonsense", "nonsense"),
    ])
    func authorities(url: String, authority: String) {
        #expect(HTTPRequest(.get, url).authority == authority)
    }
}
