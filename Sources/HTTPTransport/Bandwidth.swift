// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// The transfers of a loop that wait until the rates, which all loops share, let them go on. On the loop's thread.
final class Bandwidth {
    enum Direction { case upload, download }

    private let upload: ByteRate
    private let download: ByteRate
    private var waitingToSend: [Transfer] = []
    private var waitingToReceive: [Transfer] = []
    /// When the transfers that wait are to be looked at.
    private(set) var deadline: Nanoseconds?

    init(upload: ByteRate, download: ByteRate) {
        self.upload = upload
        self.download = download
    }

    func isLimited(_ direction: Direction) -> Bool {
        direction == .upload ? upload.isLimited : download.isLimited
    }

    /// Takes what `transfer` may send now, at most `wanted` bytes; 0: it waits and will be resumed.
    func take(upTo wanted: Int, for transfer: Transfer) -> Int {
        guard upload.isLimited else { return wanted }
        let count = upload.take(upTo: wanted, now: MonotonicClock.now)
        if count == 0 {
            waitingToSend.append(transfer)
            schedule(after: upload.pause)
        }
        return count
    }

    /// What was taken and not sent is for others.
    func giveBack(_ count: Int) {
        if count > 0, upload.isLimited { upload.take(-count) }
    }

    /// Whether `transfer` may take a chunk; false: it waits and will be resumed.
    func mayReceive(_ transfer: Transfer) -> Bool {
        guard download.isLimited, !download.isOpen(now: MonotonicClock.now) else { return true }
        waitingToReceive.append(transfer)
        schedule(after: download.pause)
        return false
    }

    func received(_ count: Int) {
        if download.isLimited { download.take(count) }
    }

    private func schedule(after pause: Nanoseconds) {
        let due = MonotonicClock.now + pause
        deadline = min(deadline ?? due, due)
    }

    /// The transfers whose turn has come, in the order they began to wait.
    func due(now: Nanoseconds) -> [(Transfer, Direction)] {
        deadline = nil
        let sending = Self.turn(&waitingToSend, upload, now)
        let receiving = Self.turn(&waitingToReceive, download, now)
        if !waitingToSend.isEmpty { schedule(after: upload.pause) }
        if !waitingToReceive.isEmpty { schedule(after: download.pause) }
        return sending.map { ($0, .upload) } + receiving.map { ($0, .download) }
    }

    /// As many from the front of `waiting` as there is a piece of 16 KiB for each.
    private static func turn(
        _ waiting: inout [Transfer], _ rate: ByteRate, _ now: Nanoseconds
    ) -> ArraySlice<Transfer> {
        guard !waiting.isEmpty else { return [] }
        let pieces = (rate.allowance(waiting.count << 14, now: now) + 16383) >> 14
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
