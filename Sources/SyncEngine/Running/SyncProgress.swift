// Part of godwit. SPDX-License-Identifier: Apache-2.0

public import StorageModel
import Synchronization

/// Live counters of a run, readable at any time from any task.
public final class SyncProgress: Sendable {
    /// What the counters said at one moment; each is exact, together they may be a moment apart.
    public struct Snapshot: Sendable, Hashable {
        /// Entries that passed selection so far.
        public var listedSource = 0, listedTarget = 0
        /// Whether all is listed, so that the planned figures are final.
        public var isSourceListed = false, isTargetListed = false
        /// Comparisons that need more than the listings.
        public var checksPlanned = 0, checksDone = 0
        /// Objects to transfer or copy, known so far, and their bytes.
        public var objectsPlanned = 0, objectsDone = 0
        public var bytesPlanned: Int64 = 0, bytesDone: Int64 = 0
        public var skipped = 0, failed = 0
        public var deletionsPlanned = 0, deletionsDone = 0
    }

    enum Counter: Int, CaseIterable {
        case listedSource, listedTarget, isSourceListed, isTargetListed, checksPlanned, checksDone
        case objectsPlanned, objectsDone, bytesPlanned, bytesDone, skipped, failed, deletionsPlanned, deletionsDone
    }

    private final class Cell: Sendable { let value = Atomic<Int>(0) }
    private let cells = Counter.allCases.map { _ in Cell() }

    let partsInFlight = PartsInFlight()

    public init() {}

    /// Bytes that are through the network of parts that are not yet whole, by the keys of their objects; they are not
    /// in ``Snapshot/bytesDone``.
    public var bytesInFlight: [ObjectKey: Int64] { partsInFlight.bytes }

    func add(_ amount: Int, to counter: Counter) {
        cells[counter.rawValue].value.add(amount, ordering: .relaxed)
    }

    func set(_ counter: Counter) { cells[counter.rawValue].value.store(1, ordering: .relaxed) }

    /// Forgets everything: the run lists anew.
    func reset() {
        for cell in cells { cell.value.store(0, ordering: .relaxed) }
    }

    public var snapshot: Snapshot {
        func value(_ counter: Counter) -> Int { cells[counter.rawValue].value.load(ordering: .relaxed) }
        var snapshot = Snapshot()
        snapshot.listedSource = value(.listedSource)
        snapshot.listedTarget = value(.listedTarget)
        snapshot.isSourceListed = value(.isSourceListed) != 0
        snapshot.isTargetListed = value(.isTargetListed) != 0
        snapshot.checksPlanned = value(.checksPlanned)
        snapshot.checksDone = value(.checksDone)
        snapshot.objectsPlanned = value(.objectsPlanned)
        snapshot.objectsDone = value(.objectsDone)
        snapshot.bytesPlanned = Int64(value(.bytesPlanned))
        snapshot.bytesDone = Int64(value(.bytesDone))
        snapshot.skipped = value(.skipped)
        snapshot.failed = value(.failed)
        snapshot.deletionsPlanned = value(.deletionsPlanned)
        snapshot.deletionsDone = value(.deletionsDone)
        return snapshot
    }
}
