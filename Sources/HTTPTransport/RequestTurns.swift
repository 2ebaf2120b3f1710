// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// The turns of one loop at a rate of requests that it shares. It takes one ahead and no more, so that loops take turns.
struct RequestTurns {
    private let rate: RequestRate
    /// Taken and not used: a request waits for it.
    private(set) var ahead: RequestRate.Turn?
    /// The last one used, as long as requests have waited ever since.
    private var latest: Nanoseconds?

    init(_ rate: RequestRate) { self.rate = rate }

    /// Whether a request that is ready may go out; if not, it waits for its turn, which is ``ahead``.
    mutating func isDue(now: Nanoseconds) -> Bool {
        let turn = ahead ?? rate.turn(now: now, after: latest)
        ahead = turn
        return turn.due <= now
    }

    /// A request goes out.
    mutating func use() {
        latest = ahead?.due
        ahead = nil
    }

    /// A request goes out that cannot wait; others wait instead.
    func useAnother(now: Nanoseconds) { _ = rate.turn(now: now) }

    /// No request is ready.
    mutating func leave() {
        if let ahead { rate.giveBack(ahead) }
        (ahead, latest) = (nil, nil)
    }
}
