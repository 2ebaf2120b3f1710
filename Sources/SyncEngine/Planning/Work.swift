// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

/// Something to do about one object, decided; it waits in a lane until a worker takes it.
final class Work: Sendable {
    /// What is to be done.
    enum Step: Sendable {
        /// Find out whether the pair differs. `needs`: the proof that the listings left open.
        case compare(needs: Proof?)
        /// Find out whether two objects of the same content carry the same.
        case compareMetadata
        /// Find out whether another place has the object, before it is transferred.
        case lookElsewhere
        case copy(CopyStrategy)
        /// Make an empty directory, or the object that stands for one.
        case makeDirectory
        /// Give the target the source's modification time, and what else of its metadata differs.
        case repairTime
    }

    /// The key relative to the run's locations; for people and events.
    let key: ObjectKey
    let source: Entry
    /// What the target has under ``targetKey``.
    let target: Entry?
    /// Where the object goes, in full.
    let targetKey: ObjectKey
    /// Why it is done.
    let evidence: Evidence
    let step: Step
    /// Which attempt this is, from 1.
    let attempt: Int
    /// Its place in the journal, once it is written down.
    let slot: JournalSlot?
    /// Whether what it replaces can be put back.
    let isKept: Bool

    init(
        key: ObjectKey, source: Entry, target: Entry?, targetKey: ObjectKey, evidence: Evidence, step: Step,
        attempt: Int = 1, slot: JournalSlot? = nil, isKept: Bool = false
    ) {
        self.key = key
        self.source = source
        self.target = target
        self.targetKey = targetKey
        self.evidence = evidence
        self.step = step
        self.attempt = attempt
        self.slot = slot
        self.isKept = isKept
    }

    /// Whether it is only found out what is to be done.
    var isComparison: Bool {
        switch step {
        case .compare, .compareMetadata, .lookElsewhere: true
        case .copy, .makeDirectory, .repairTime: false
        }
    }

    /// The same, written down in the journal.
    func journaled(_ slot: JournalSlot) -> Work {
        Work(
            key: key, source: source, target: target, targetKey: targetKey, evidence: evidence, step: step,
            attempt: attempt, slot: slot, isKept: isKept)
    }

    /// The same, now that `target`, which it replaces, can be put back.
    func kept(_ target: Entry?) -> Work {
        Work(
            key: key, source: source, target: target, targetKey: targetKey, evidence: evidence, step: step,
            attempt: attempt, slot: slot, isKept: true)
    }

    /// What the journal is told of it.
    var action: PlannedAction {
        let kind: PlannedAction.Kind =
            switch step {
            case .compare, .compareMetadata, .lookElsewhere: .compare
            case .copy: .copy
            case .makeDirectory: .makeDirectory
            case .repairTime: .repairTime
            }
        return PlannedAction(kind, key, replaces: target != nil)
    }

    /// The same object with another state of its source, tried once more.
    func again(_ source: Entry, step: Step) -> Work {
        Work(
            key: key, source: source, target: target, targetKey: targetKey, evidence: evidence, step: step,
            attempt: attempt + 1, slot: slot, isKept: isKept)
    }

    /// What follows a comparison.
    func following(_ source: Entry, _ target: Entry?, evidence: Evidence, step: Step) -> Work {
        Work(
            key: key, source: source, target: target, targetKey: targetKey, evidence: evidence, step: step,
            attempt: attempt, slot: slot, isKept: isKept)
    }
}

/// How an object's bytes get to the target.
enum CopyStrategy: Sendable, Hashable {
    /// Read whole, proven, written in one request.
    case single
    /// In parts of this layout.
    case parts(PartLayout)
    /// By the store itself, in one request.
    case serverCopy
    /// By the store itself, part by part.
    case serverCopyParts(PartLayout)

    var isServerSide: Bool {
        switch self {
        case .serverCopy, .serverCopyParts: true
        case .single, .parts: false
        }
    }
}
