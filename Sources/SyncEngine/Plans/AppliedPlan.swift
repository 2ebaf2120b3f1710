// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

/// A plan that a run carries out, instead of deciding by itself.
public struct AppliedPlan: Sendable {
    public var reader: PlanReader
    /// Where a store does not honour the condition that a change needs, look first and then change it, rather than refuse.
    public var allowsWeakConditions: Bool

    public init(_ reader: PlanReader, allowsWeakConditions: Bool) {
        self.reader = reader
        self.allowsWeakConditions = allowsWeakConditions
    }
}

extension RunContext {
    /// Why the stores cannot be held to the plan; nil when they can.
    func refusal(of plan: AppliedPlan) throws(StorageError) -> String? {
        guard !plan.allowsWeakConditions else { return nil }
        var changes = plan.reader.changes(), count = 0
        var first: ObjectKey?
        while let some = try changes.next() {
            for change in some where !isHeld(change) {
                first = first ?? change.key
                count += 1
            }
        }
        guard let first else { return nil }
        return "the store is not known to honour the conditions that \(count) changes of the plan need, the first of "
            + "\(TerminalText.escaped(first.description)): what someone else writes meanwhile could be lost. Nothing was "
            + "changed. Pass --weak-preconditions to look at each object just before it is changed"
    }

    /// Whether the stores themselves see to it that `change` finds what it was decided for. Files are looked at in the
    /// moment before they are replaced.
    private func isHeld(_ change: PlannedChange) -> Bool {
        let isLocal = targetCapabilities.hasDirectories
        switch change.kind {
        case .makeDirectory: return true
        case .delete: return isLocal || targetCapabilities.conditions.contains(.deleteIfMatch)
        case .updateTime: return isLocal || targetCapabilities.conditions.contains(.copySourceIfMatch)
        case .copy:
            guard let source = change.source, let strategy = try? strategy(source) else { return true }
            if strategy.isServerSide, !targetCapabilities.conditions.contains(.copySourceIfMatch) { return isLocal }
            let work = change.work(at: target, source, step: .copy(strategy))
            return conditionOfReplacing(work) != nil || isLocal
        }
    }

    /// Whether the target of `work` is what the plan says, where no store sees to that.
    func confirmTarget(_ work: Work) async throws(StorageError) {
        guard conditionOfReplacing(work) == nil else { return }
        let now = try await target.backend.present(work.targetKey)
        let isAsPlanned = work.target.map { now?.isState($0) ?? false } ?? (now == nil)
        if !isAsPlanned { throw drift(work) }
    }

    /// Whether the target has by now what `work` would have given it: the plan was carried out before.
    func isCarriedOut(_ work: Work) async -> Bool {
        // Equal sizes alone would take what someone else wrote for ours.
        guard options.comparing.method != .size, let now = try? await target.backend.present(work.targetKey),
            let source = try? await self.source.backend.present(work.source.key), source.isState(work.source),
            let finding = try? await Prover(context: self).decide(source, now, needs: nil)
        else { return false }
        if case .same = finding.verdict { return true }
        return false
    }

    /// The source or the target is not any more what the plan was made for.
    func drift(_ work: Work) -> StorageError {
        StorageError(
            .preconditionFailed, during: .write, at: target.backend.identity.container, key: work.targetKey,
            message: "the source or the target changed since the plan was made; it was left alone",
            advice: "make the plan again")
    }
}

extension PlannedChange {
    /// The work that carries the change out at `target`.
    func work(at location: SyncLocation, _ entry: Entry, step: Work.Step) -> Work {
        Work(
            key: key, source: entry, target: target, targetKey: key.prefixed(by: location.prefix), evidence: evidence,
            step: step)
    }
}
