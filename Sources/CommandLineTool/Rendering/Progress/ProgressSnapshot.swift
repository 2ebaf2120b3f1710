// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import SyncEngine

/// A run at one moment, as far as it can be shown.
struct ProgressSnapshot: Sendable, Equatable {
    struct Transfer: Sendable, Equatable {
        var name: String
        var done: Int64
        var size: Int64
    }

    var bytesDone: Int64 = 0
    /// Bytes known to be transferred; grows while listings run.
    var bytesTotal: Int64 = 0
    var objectsDone = 0
    var objectsTotal = 0
    var checked = 0
    var deleted = 0
    var failed = 0
    /// Objects seen at the source so far.
    var listed = 0
    /// Whether the totals are final.
    var isListed = false
    var byteRate: Double?
    var objectRate: Double?
    var elapsed: Double = 0
    var transfers: [Transfer] = []

    /// 0 ... 100, of the bytes where there are any.
    var percent: Int? {
        if bytesTotal > 0 { return Int(Double(min(bytesDone, bytesTotal)) * 100 / Double(bytesTotal)) }
        return objectsTotal > 0 ? objectsDone * 100 / objectsTotal : nil
    }

    /// Seconds to the end of what is known. Bytes and objects are separate limits: many small objects are bound by
    /// their number, few large ones by their bytes, so the later of both ends counts.
    var secondsLeft: Double? {
        let bytesLeft = Double(max(0, bytesTotal - bytesDone)), objectsLeft = Double(max(0, objectsTotal - objectsDone))
        if bytesLeft == 0, objectsLeft == 0 { return nil }
        var ends: [Double] = []
        if bytesLeft > 0 {
            guard let byteRate, byteRate > 0 else { return nil }
            ends.append(bytesLeft / byteRate)
        }
        // A large object counts only when it is done, so few objects say nothing about the speed of objects.
        if objectsLeft > 0, objectsDone >= 10 || bytesLeft == 0, let objectRate, objectRate > 0 {
            ends.append(objectsLeft / objectRate)
        }
        return ends.max()
    }
}

extension ProgressSnapshot {
    /// What the engine counts.
    init(_ counters: SyncProgress.Snapshot) {
        bytesDone = counters.bytesDone
        bytesTotal = counters.bytesPlanned
        objectsDone = counters.objectsDone
        objectsTotal = counters.objectsPlanned
        checked = counters.checksDone + counters.skipped
        deleted = counters.deletionsDone
        failed = counters.failed
        listed = counters.listedSource
        isListed = counters.isSourceListed && counters.isTargetListed
    }
}
