// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import StorageModel
internal import SyncEngine

/// What a plan comes to.
struct PlanSummary {
    struct Amount: Hashable {
        var objects = 0
        var bytes: Int64 = 0

        mutating func add(_ change: PlannedChange) {
            objects += 1
            bytes += change.size
        }
    }

    /// More directories than this are told together.
    static let directoriesMax = 1000
    /// What all directories beyond that are told as.
    static let others = ObjectKey("...")

    let header: PlanHeader
    private(set) var actions: [PlannedChange.Kind: Amount] = [:]
    private(set) var reasons: [Evidence: Amount] = [:]
    /// By the first directory of the key.
    private(set) var directories: [ObjectKey: Amount] = [:]
    private(set) var cost = RequestCost()

    init(_ header: PlanHeader) { self.header = header }

    mutating func add(_ change: PlannedChange) {
        actions[change.kind, default: Amount()].add(change)
        reasons[change.evidence, default: Amount()].add(change)
        let directory = Self.directory(of: change.key)
        let isKnown = directories[directory] != nil || directories.count < Self.directoriesMax
        directories[isKnown ? directory : Self.others, default: Amount()].add(change)
        cost.add(change, from: header.sourceIdentity, to: header.targetIdentity)
    }

    private static func directory(of key: ObjectKey) -> ObjectKey {
        for index in 0..<key.bytes.count where key.bytes[index] == UInt8(ascii: "/") {
            return ObjectKey(key.bytes.prefix(index + 1)).detached()
        }
        return .root
    }
}

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
