// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

/// The first block of a file of state, and of each run in a log: under which rules its records were proven.
struct StateHeader: Sendable, Hashable {
    static let version: UInt64 = 1

    /// Of the records; a log's are in none.
    var order: ListingOrder
    /// How far apart times may be and still count as equal, in nanoseconds.
    var window: UInt64
    /// When the run began that wrote it.
    var begun: Timestamp

    /// Whether a run under the rules of `run` may go by the records. A clock that went back makes old times new.
    func serves(_ run: StateHeader) -> Bool { window == run.window && begun <= run.begun }

    /// The content of the block.
    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(number: Self.version)
        bytes.append(order == .pathComponents ? 1 : 0)
        bytes.append(number: window)
        bytes.append(signed: begun.seconds)
        bytes.append(number: UInt64(begun.nanoseconds))
        return bytes
    }
}

extension StateHeader {
    /// Reads what ``bytes`` gives.
    init(_ cursor: inout CheckedCursor) throws(StateDamage) {
        guard try cursor.number() == Self.version else { throw StateDamage() }
        let order = try cursor.byte()
        window = try cursor.number()
        let seconds = try cursor.signed(), nanoseconds = try cursor.number()
        guard order <= 1, nanoseconds < 1_000_000_000, cursor.isAtEnd else { throw StateDamage() }
        self.order = order == 1 ? .pathComponents : .keyBytes
        begun = Timestamp(seconds: seconds, nanoseconds: UInt32(nanoseconds))
    }
}
