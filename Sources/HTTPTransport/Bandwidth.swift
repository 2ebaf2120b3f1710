// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// The rates of all transfers of a loop together, and the transfers that wait for their turn. On the loop's thread.
final class Bandwidth {
    enum Direction { case upload, download }

    private var upload: TokenBucket
    private var download: TokenBucket
    private var waitingToSend: [Transfer] = []
    private var waitingToReceive: [Transfer] = []
    /// When the transfers that wait are to be looked at.
    private(set) var deadline: Nanoseconds?

    init(upload: Int64?, download: Int64?) {
        let now = MonotonicClock.now
        self.upload = TokenBucket(rate: upload, now: now)
        self.download = TokenBucket(rate: download, now: now)
    }

    func isLimited(_ direction: Direction) -> Bool {
        (direction == .upload ? upload.rate : download.rate) != nil
    }

    func setRates(upload: Int64?, download: Int64?) {
        let now = MonotonicClock.now
        self.upload.setRate(upload, now: now)
        self.download.setRate(download, now: now)
        if !waitingToSend.isEmpty || !waitingToReceive.isEmpty { deadline = now }
    }

    /// How many of `wanted` bytes `transfer` may send now; 0: it waits and will be resumed.
    func allowance(_ wanted: Int, for transfer: Transfer) -> Int {
        guard upload.rate != nil else { return wanted }
        let allowance = upload.allowance(wanted, now: MonotonicClock.now)
        if allowance == 0 {
            waitingToSend.append(transfer)
            schedule(after: upload.pause())
        }
        return allowance
    }

    func sent(_ count: Int) { upload.take(count) }

    /// Whether `transfer` may take a chunk; false: it waits and will be resumed.
    func mayReceive(_ transfer: Transfer) -> Bool {
        guard download.rate != nil, !download.isOpen(now: MonotonicClock.now) else { return true }
        waitingToReceive.append(transfer)
        schedule(after: download.pause())
        return false
    }

    func received(_ count: Int) { download.take(count) }

    private func schedule(after pause: Nanoseconds) {
        let due = MonotonicClock.now + pause
        deadline = min(deadline ?? due, due)
    }

    /// The transfers whose turn has come, in the order they began to wait.
    func due(now: Nanoseconds) -> [(Transfer, Direction)] {
        deadline = nil
        let sending = Self.take(&waitingToSend, &upload, now)
        let receiving = Self.take(&waitingToReceive, &download, now)
        if !waitingToSend.isEmpty { schedule(after: upload.pause()) }
        if !waitingToReceive.isEmpty { schedule(after: download.pause()) }
        return sending.map { ($0, .upload) } + receiving.map { ($0, .download) }
    }

    /// As many from the front of `waiting` as the bucket can serve a piece of 16 KiB each.
    private static func take(
        _ waiting: inout [Transfer], _ bucket: inout TokenBucket, _ now: Nanoseconds
    ) -> ArraySlice<Transfer> {
        guard !waiting.isEmpty else { return [] }
        let pieces = (bucket.allowance(waiting.count << 14, now: now) + 16383) >> 14
        let turn = waiting.prefix(pieces)
        waiting.removeFirst(turn.count)
        return turn
    }

    /// Drops a transfer that is over.
    func forget(_ transfer: Transfer) {
        waitingToSend.removeAll { $0 === transfer }
        waitingToReceive.removeAll { $0 === transfer }
    }
}
