// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// The transfers of a loop that wait until a rate lets them go on: the one that all loops share, or their own. On the
/// loop's thread.
final class Bandwidth {
    enum Direction { case upload, download }

    private let upload: ByteRate
    private let download: ByteRate
    private let transferUploadRate: Int64?
    private let transferDownloadRate: Int64?
    private var waitingToSend: [Transfer] = []
    private var waitingToReceive: [Transfer] = []
    private var waitingForThemselves: [(transfer: Transfer, direction: Direction, due: Nanoseconds)] = []
    /// When the transfers that wait are to be looked at.
    private(set) var deadline: Nanoseconds?

    init(_ configuration: HTTPConfiguration) {
        upload = configuration.uploadRate
        download = configuration.downloadRate
        transferUploadRate = configuration.transferUploadRate
        transferDownloadRate = configuration.transferDownloadRate
    }

    func isLimited(_ direction: Direction) -> Bool {
        switch direction {
        case .upload: transferUploadRate != nil || upload.isLimited
        case .download: transferDownloadRate != nil || download.isLimited
        }
    }

    /// Gives `transfer` the rates that each one has by itself.
    func begin(_ transfer: Transfer) {
        guard transferUploadRate != nil || transferDownloadRate != nil else { return }
        let now = MonotonicClock.now
        if transferUploadRate != nil, transfer.request.body.isCallers {
            transfer.ownUpload = TokenBucket(rate: transferUploadRate, now: now)
        }
        if transferDownloadRate != nil, transfer.request.sink.isCallers {
            transfer.ownDownload = TokenBucket(rate: transferDownloadRate, now: now)
        }
    }

    /// Takes what `transfer` may send now, at most `wanted` bytes; 0: it waits and will be resumed.
    func take(upTo wanted: Int, for transfer: Transfer) -> Int {
        guard isLimited(.upload) else { return wanted }
        let now = MonotonicClock.now
        let own = transfer.ownUpload.allowance(wanted, now: now)
        guard own > 0 else {
            holdByItself(transfer, .upload, now + transfer.ownUpload.pause())
            return 0
        }
        let count = upload.take(upTo: own, now: now)
        if count == 0 {
            waitingToSend.append(transfer)
            schedule(after: upload.pause)
        }
        transfer.ownUpload.take(count)
        return count
    }

    /// What was taken and not sent is for others.
    func giveBack(_ count: Int, of transfer: Transfer) {
        guard count > 0, isLimited(.upload) else { return }
        upload.take(-count)
        transfer.ownUpload.take(-count)
    }

    /// Whether `transfer` may take a chunk; false: it waits and will be resumed.
    func mayReceive(_ transfer: Transfer) -> Bool {
        guard isLimited(.download) else { return true }
        let now = MonotonicClock.now
        guard transfer.ownDownload.isOpen(now: now) else {
            holdByItself(transfer, .download, now + transfer.ownDownload.pause())
            return false
        }
        guard !download.isOpen(now: now) else { return true }
        waitingToReceive.append(transfer)
        schedule(after: download.pause)
        return false
    }

    func received(_ count: Int, by transfer: Transfer) {
        guard isLimited(.download) else { return }
        download.take(count)
        transfer.ownDownload.take(count)
    }

    private func holdByItself(_ transfer: Transfer, _ direction: Direction, _ due: Nanoseconds) {
        waitingForThemselves.append((transfer, direction, due))
        deadline = min(deadline ?? due, due)
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
        var due = sending.map { ($0, Direction.upload) } + receiving.map { ($0, Direction.download) }
        waitingForThemselves.removeAll { transfer, direction, time in
            guard time <= now else {
                deadline = min(deadline ?? time, time)
                return false
            }
            due.append((transfer, direction))
            return true
        }
        return due
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
        waitingForThemselves.removeAll { $0.transfer === transfer }
    }
}
