// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// Bytes that may pass now: they trickle in at a rate, and at most a fifth of a second of them is saved up, so that no five
/// seconds carry 5 % more than the rate allows.
struct TokenBucket {
    /// Bytes a second; nil: no limit.
    private(set) var rate: Int64?
    private var tokens = 0.0
    private var refilled: Nanoseconds

    init(rate: Int64?, now: Nanoseconds) {
        self.rate = rate.map { max($0, 1) }
        refilled = now
    }

    mutating func setRate(_ rate: Int64?, now: Nanoseconds) {
        refill(now)
        self.rate = rate.map { max($0, 1) }
        tokens = min(tokens, 0)
    }

    /// Not worth a call below this: ten milliseconds of bytes, at most 16 KiB.
    private func quantum(_ rate: Int64) -> Double { Double(min(max(rate / 100, 1), 16 << 10)) }

    private mutating func refill(_ now: Nanoseconds) {
        guard let rate, now > refilled else { return refilled = max(now, refilled) }
        tokens = min(tokens + Double(now - refilled) * Double(rate) / 1e9, max(Double(rate) / 5, quantum(rate)))
        refilled = now
    }

    /// How many of `wanted` bytes may pass now; 0: wait. They are not taken yet.
    mutating func allowance(_ wanted: Int, now: Nanoseconds) -> Int {
        guard let rate else { return wanted }
        refill(now)
        return tokens >= min(quantum(rate), Double(wanted)) ? min(wanted, Int(tokens)) : 0
    }

    /// Whether a chunk of any size may pass now; it may leave the bucket in debt.
    mutating func isOpen(now: Nanoseconds) -> Bool {
        guard rate != nil else { return true }
        refill(now)
        return tokens > 0
    }

    mutating func take(_ count: Int) {
        if rate != nil { tokens -= Double(count) }
    }

    /// Nanoseconds until something may pass, within 5 and 50 milliseconds.
    func pause() -> Nanoseconds {
        guard let rate else { return 0 }
        let missing = (quantum(rate) - tokens) / Double(rate) * 1e9
        return Nanoseconds(min(max(missing, 5e6), 50e6))
    }
}
