// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// How many requests to one host go out at once, and how soon one after another: found while they go, never asked for.
///
/// As long as requests wait for their turn, what comes back is measured. Twice as many at once are kept when they bring a
/// good deal more, and taken back when they only take longer; later on a few more are tried now and then. A host that
/// refuses (503, 429) is asked a little more often than it has answered lately, so that its refusals cost nothing but
/// themselves, and its limit is found again when it moves.
struct HostPace {
    private enum Phase {
        /// Doubling.
        case rising
        /// At a number that more of would bring nothing.
        case settled
        /// Trying a few more; the number to return to.
        case probing(from: Int)
    }

    private static let first = 32
    private static let least = 4
    /// What twice as many must bring to be kept, and what a few more must.
    private static let doubleGain = 1.4
    private static let probeGain = 1.12
    private static let probeInterval: Nanoseconds = 2_000_000_000
    /// How long is measured at the least, while doubling and later.
    private static let risingMin: Nanoseconds = 20_000_000
    private static let settledMin: Nanoseconds = 200_000_000
    /// A body of so many bytes counts as much as a request without one.
    private static let unitBytes = 131_072.0

    /// Requests at once.
    private(set) var limit: Int
    private let max: Int
    private let isFixed: Bool
    private var phase = Phase.rising
    /// What the number before brought, in units a second, and how long one took.
    private var rateBefore = 0.0
    private var timeBefore = 0.0
    private var nextProbe: Nanoseconds = 0
    private var epoch = Epoch()
    private var refusals = Refusals()

    /// What came back since some moment.
    private struct Epoch {
        /// Requests that were sent before it began.
        var old = 0
        var began: Nanoseconds?
        var ended = 0
        var units = 0.0
    }

    /// - Parameter isFixed: It stays at `max`, whatever comes back.
    init(max: Int, isFixed: Bool = false) {
        self.max = Swift.max(max, 1)
        self.isFixed = isFixed
        limit = isFixed ? self.max : Swift.min(Self.first, self.max)
        // Connections are made meanwhile.
        epoch.old = 3 * limit
    }

    /// When the next request may go out as far as refusals go; 0: at once.
    func due(now: Nanoseconds) -> Nanoseconds { refusals.due(now) }

    /// A request goes out.
    mutating func begin(now: Nanoseconds) { refusals.begin(now) }

    /// An answer came. `isBusy`: others wait for their turn.
    mutating func end(bytes: Int64, isRefused: Bool, isBusy: Bool, now: Nanoseconds) {
        guard !isFixed else { return }
        refusals.end(isRefused, now)
        guard isBusy, !refusals.arePacing else { return epoch = Epoch(old: limit) }
        guard epoch.old <= 0 else { return epoch.old -= 1 }
        guard let began = epoch.began else { return epoch.began = now }
        epoch.ended += 1
        epoch.units += 1 + Double(bytes) / Self.unitBytes
        let least = if case .settled = phase { Self.settledMin } else { Self.risingMin }
        guard epoch.ended >= 2 * limit, now >= began + least else { return }
        judge(rate: epoch.units / Double(now - began) * 1e9, now)
    }

    private mutating func judge(rate: Double, _ now: Nanoseconds) {
        let time = Double(limit) / rate
        switch phase {
        case .rising:
            if rateBefore > 0, rate < rateBefore * Self.doubleGain {
                settle(Swift.max(limit / 2, 1), now)
            } else if limit == max {
                (rateBefore, timeBefore) = (rate, time)
                settle(limit, now)
            } else {
                (rateBefore, timeBefore) = (rate, time)
                change(to: limit * 2)
            }
        case .settled:
            if time > 2 * timeBefore, rate < rateBefore {
                // It takes longer and longer, and brings less.
                change(to: Swift.max(limit * 7 / 10, Swift.min(Self.least, max)))
            } else if now >= nextProbe, limit < max {
                phase = .probing(from: limit)
                change(to: limit * 3 / 2)
            } else {
                epoch = Epoch()
            }
            (rateBefore, timeBefore) = (rate, time)
        case .probing(let before):
            if rate < rateBefore * Self.probeGain {
                settle(before, now)
            } else {
                (rateBefore, timeBefore) = (rate, time)
                phase = .rising
                change(to: limit * 2)
            }
        }
    }

    private mutating func settle(_ number: Int, _ now: Nanoseconds) {
        phase = .settled
        nextProbe = now + Self.probeInterval
        change(to: number)
    }

    private mutating func change(to number: Int) {
        limit = Swift.min(number, max)
        epoch = Epoch(old: limit)
    }
}

/// What a host has refused lately, and how often it may be asked therefore.
private struct Refusals {
    private static let span: Nanoseconds = 250_000_000
    private static let spans = 8
    /// How much more often it is asked than it answers: a share, and so many a second. The latter is what gives clients
    /// that come later as much as those that were there before.
    private static let excess = 1.1
    private static let more = 8.0
    /// Without a refusal for so long, it is asked faster again, and after a while as fast as can be.
    private static let patience: Nanoseconds = 1_000_000_000
    private static let memory: Nanoseconds = 6_000_000_000

    /// Requests a second; 0: as many as there are.
    private var rate = 0.0
    private var next: Nanoseconds = 0
    private var latest: Nanoseconds = 0
    /// What was answered in each of the last spans.
    private var answered = [Double](repeating: 0, count: spans)
    private var span: Nanoseconds = 0
    private var began: Nanoseconds = 0

    var arePacing: Bool { rate > 0 }

    func due(_ now: Nanoseconds) -> Nanoseconds { rate > 0 && next > now ? next : 0 }

    mutating func begin(_ now: Nanoseconds) {
        guard rate > 0 else { return }
        // What was not used up to now is not saved up for later.
        next = max(next, now > Self.span / 16 ? now - Self.span / 16 : 0) + Nanoseconds(1e9 / rate)
    }

    mutating func end(_ isRefused: Bool, _ now: Nanoseconds) {
        if began == 0 { began = now }
        advance(now)
        if !isRefused {
            answered[Int(span % Nanoseconds(Self.spans))] += 1
            return
        }
        latest = now
        // Over whole seconds, since many a limit is so many a second.
        let time = Swift.max(Swift.min(Double(now - began) / 1e9, Double(Self.spans) * Double(Self.span) / 1e9), 1)
        rate = answered.reduce(0, +) / time * Self.excess + Self.more
    }

    private mutating func advance(_ now: Nanoseconds) {
        let current = now / Self.span
        guard current > span else { return }
        if current - span >= Nanoseconds(Self.spans) {
            for index in answered.indices { answered[index] = 0 }
        } else {
            for passed in (span + 1)...current { answered[Int(passed % Nanoseconds(Self.spans))] = 0 }
        }
        span = current
        guard rate > 0 else { return }
        if now > latest + Self.memory {
            rate = 0
        } else if now > latest + Self.patience {
            rate *= 1.25
        }
    }
}
