// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import SyncEngine

/// The requests that changes take at least, and what they would cost in S3 Standard of us-east-1
/// (https://aws.amazon.com/s3/pricing/): transfer out of a region is not in it.
struct RequestCost: Hashable {
    private(set) var get = 0, put = 0, copy = 0, delete = 0

    private static let dollarsPerWrite = 0.005 / 1000
    private static let dollarsPerRead = 0.0004 / 1000
    private static let deletionsPerRequest = 1000
    private var deletions = 0

    mutating func add(_ change: PlannedChange, from source: String, to target: String) {
        let (reads, writes) = (source.hasPrefix("s3+"), target.hasPrefix("s3+"))
        switch change.kind {
        case .copy:
            let parts = PartLayout(size: change.size, limits: nil).count
            if reads, writes, Self.store(source) == Self.store(target) {
                copy += 1
            } else {
                if reads { get += parts }
                if writes { put += parts == 1 ? 1 : parts + 2 }
            }
        case .makeDirectory: if writes { put += 1 }
        case .updateTime: if writes { copy += 1 }
        case .delete:
            deletions += writes ? 1 : 0
            delete = (deletions + Self.deletionsPerRequest - 1) / Self.deletionsPerRequest
        }
    }

    var dollars: Double { Self.dollars(writes: put + copy, reads: get) }

    /// Listings are paid like writes, deletions not at all.
    static func dollars(writes: Int, reads: Int) -> Double {
        Double(writes) * dollarsPerWrite + Double(reads) * dollarsPerRead
    }

    /// Scheme and host.
    private static func store(_ identity: String) -> Substring {
        let slashes = identity.indices.filter { identity[$0] == "/" }
        return slashes.count > 2 ? identity[..<slashes[2]] : identity[...]
    }
}
