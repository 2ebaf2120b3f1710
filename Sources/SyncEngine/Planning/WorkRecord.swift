// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

/// The bytes of a piece of decided work in a spool. What a stat told of its objects beyond a listing is left out: whoever
/// needs it asks again.
enum WorkRecord {
    private enum Kind: UInt8 { case single, parts, serverCopy, serverCopyParts, makeDirectory, repairTime }

    /// Appends `work`, which is no comparison.
    static func encode(_ work: Work, into bytes: inout [UInt8]) {
        let (kind, partSize) = kind(of: work.step)
        bytes.append(kind.rawValue)
        if let partSize { bytes.append(signed: partSize) }
        EntryRecord.encode(work.source, into: &bytes)
        bytes.append(work.target == nil ? 0 : 1)
        if let target = work.target { EntryRecord.encode(target, into: &bytes) }
        bytes.append(data: work.key.bytes)
        bytes.append(data: work.targetKey.bytes)
        bytes.append(number: UInt64(Evidence.allCases.firstIndex(of: work.evidence) ?? 0))
        bytes.append(number: UInt64(work.attempt))
        bytes.append(number: work.slot.map { UInt64($0.index) + 1 } ?? 0)
        if let slot = work.slot { bytes.append(signed: slot.batch) }
    }

    static func decode(_ cursor: inout ByteCursor) -> Work {
        let kind = Kind(rawValue: cursor.byte()) ?? .single
        let partSize = kind == .parts || kind == .serverCopyParts ? cursor.signed() : 0
        let source = EntryRecord.decode(&cursor).detached()
        let target = cursor.byte() == 0 ? nil : EntryRecord.decode(&cursor).detached()
        let key = ObjectKey(cursor.data()).detached(), targetKey = ObjectKey(cursor.data()).detached()
        let evidence = Evidence.allCases[Int(cursor.number())]
        let attempt = Int(cursor.number()), place = Int(cursor.number())
        let slot = place == 0 ? nil : JournalSlot(batch: cursor.signed(), index: place - 1)
        return Work(
            key: key, source: source, target: target, targetKey: targetKey, evidence: evidence,
            step: step(kind, size: source.size, partSize: partSize), attempt: attempt, slot: slot)
    }

    private static func kind(of step: Work.Step) -> (Kind, partSize: Int64?) {
        switch step {
        case .compare, .compareMetadata, .lookElsewhere:
            preconditionFailure("a comparison does not wait for comparisons")
        case .copy(.single): (.single, nil)
        case .copy(.parts(let layout)): (.parts, layout.partSize)
        case .copy(.serverCopy): (.serverCopy, nil)
        case .copy(.serverCopyParts(let layout)): (.serverCopyParts, layout.partSize)
        case .makeDirectory: (.makeDirectory, nil)
        case .repairTime: (.repairTime, nil)
        }
    }

    private static func step(_ kind: Kind, size: Int64, partSize: Int64) -> Work.Step {
        switch kind {
        case .single: .copy(.single)
        case .parts: .copy(.parts(PartLayout(size: size, partSize: partSize)))
        case .serverCopy: .copy(.serverCopy)
        case .serverCopyParts: .copy(.serverCopyParts(PartLayout(size: size, partSize: partSize)))
        case .makeDirectory: .makeDirectory
        case .repairTime: .repairTime
        }
    }
}
