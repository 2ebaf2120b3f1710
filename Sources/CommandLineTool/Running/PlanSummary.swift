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
