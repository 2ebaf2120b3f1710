// Part of godwit. SPDX-License-Identifier: Apache-2.0

public import StorageModel

/// One change that was decided and not made: what it is made from, and what it finds at the target.
public struct PlannedChange: Sendable, Hashable {
    public enum Kind: UInt8, Sendable, Hashable, CaseIterable {
        case copy, makeDirectory, updateTime, delete
    }

    public var kind: Kind
    /// Relative to the run's locations.
    public var key: ObjectKey
    /// What the source had; nil for a deletion.
    public var source: Entry?
    /// What the target had; nil: nothing.
    public var target: Entry?
    /// Why it was decided.
    public var evidence: Evidence

    public init(_ kind: Kind, _ key: ObjectKey, source: Entry?, target: Entry?, evidence: Evidence) {
        self.kind = kind
        self.key = key
        self.source = source
        self.target = target
        self.evidence = evidence
    }

    /// Bytes of the object that is copied or deleted.
    public var size: Int64 { source?.size ?? target?.size ?? 0 }

    func encode(into bytes: inout [UInt8]) {
        bytes.append(kind.rawValue)
        bytes.append((source == nil ? 0 : 1) | (target == nil ? 0 : 2))
        bytes.append(number: UInt64(Evidence.allCases.firstIndex(of: evidence) ?? 0))
        bytes.append(data: key.bytes)
        if let source { EntryRecord.encode(source, into: &bytes) }
        if let target { EntryRecord.encode(target, into: &bytes) }
    }

    init(_ cursor: inout ByteCursor) {
        kind = Kind(rawValue: cursor.byte()) ?? .copy
        let sides = cursor.byte()
        evidence = Evidence.allCases[Int(cursor.number())]
        key = ObjectKey(cursor.data()).detached()
        source = sides & 1 == 0 ? nil : EntryRecord.decode(&cursor).detached()
        target = sides & 2 == 0 ? nil : EntryRecord.decode(&cursor).detached()
    }
}

/// Takes what a dry run decides; called from many tasks at once.
public protocol PlanSink: Sendable {
    func add(_ change: PlannedChange) throws(StorageError)
}
