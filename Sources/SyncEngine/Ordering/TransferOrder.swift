// Part of godwit. SPDX-License-Identifier: Apache-2.0

public import Selection
import StorageModel

/// The order in which transfers begin, with the meaning of rclone's `--order-by`
/// (https://rclone.org/docs/#order-by-string).
///
/// It is exact when everything is compared first (``SyncOptions/checksFirst``); else it is that of the transfers that
/// wait, at most ``backlogMax``.
public struct TransferOrder: Sendable {
    /// What is compared. What is equal comes in the order of the listings.
    public enum Criterion: Sendable {
        /// The bytes of the key.
        case name
        case size
        /// As the listing tells it, which of a store is the time of writing.
        case modified
        /// What the first of them selects, then what the second does, and so on, then the rest; by name among equals.
        case selections([Selection])
    }

    public enum Direction: Sendable, Hashable {
        case ascending
        case descending
        /// `share` percent of the transfers that run side by side take the least, the others the greatest.
        case mixed(share: Int)
    }

    /// Transfers that wait for their turn and are put in order.
    static let backlogMax = 10_000

    let criterion: Criterion
    let direction: Direction

    public init(_ criterion: Criterion, _ direction: Direction = .ascending) {
        self.criterion = criterion
        self.direction = direction
    }

    /// Bytes that sort as their works come. Those of two works are the same, or none is a prefix of the other.
    func rank(_ work: Work) -> [UInt8] {
        var rank: [UInt8] = []
        switch criterion {
        case .name: Self.append(work.key, to: &rank)
        case .size: Self.append(UInt64(bitPattern: work.source.size) ^ 1 << 63, to: &rank)
        case .modified:
            let time = work.source.modified ?? work.source.written ?? Timestamp(seconds: .min)
            Self.append(UInt64(bitPattern: time.seconds) ^ 1 << 63, to: &rank)
            Self.append(UInt64(time.nanoseconds), to: &rank)
        case .selections(let selections):
            let place = selections.firstIndex { $0.selects(work.source, key: work.key) } ?? selections.count
            Self.append(UInt64(place), to: &rank)
            Self.append(work.key, to: &rank)
        }
        return direction == .descending ? Self.reversed(rank) : rank
    }

    /// A rank that sorts the other way round.
    static func reversed(_ rank: [UInt8]) -> [UInt8] { rank.map(~) }

    /// Whether the transfer at `place` of `count` that run side by side takes the greatest.
    func takesGreatest(_ place: Int, of count: Int) -> Bool {
        guard case .mixed(let share) = direction else { return false }
        return place * 100 / count >= share
    }

    private static func append(_ number: UInt64, to rank: inout [UInt8]) {
        withUnsafeBytes(of: number.bigEndian) { rank.append(contentsOf: $0) }
    }

    /// With an end that sorts before whatever a longer key has there.
    private static func append(_ key: ObjectKey, to rank: inout [UInt8]) {
        key.bytes.withUnsafeBytes { bytes in
            for byte in bytes {
                rank.append(byte)
                if byte == 0 { rank.append(0xff) }
            }
        }
        rank += [0, 0]
    }
}
