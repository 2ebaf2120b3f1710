// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel
import Synchronization

extension RunContext {
    /// Records the outcome of `work` and tells it. `moved`: the source object, when a move may delete it now.
    /// `proof`: what the next run may go by. `copy`: the version of the target that it is now, where histories are copied.
    func complete(
        _ work: Work, _ action: ObjectOutcome.Action, evidence: Evidence? = nil, size: Int64? = nil,
        checksum: Checksum? = nil, isLengthOnly: Bool = false, lost: Attributes = [], moved: Entry? = nil,
        proof: StateRecord? = nil, copy: String? = nil
    ) {
        let size = size ?? work.source.size
        settle(work.slot, moved: moved, proof: proof)
        tally.withLock { tally in
            tally.count(action, size: size)
            if isLengthOnly { tally.report.lengthOnly += 1 }
        }
        if !lost.isEmpty { tell(lost, of: work.key) }
        switch action {
        case .transferred, .serverCopied, .metadataUpdated: progress.add(1, to: .objectsDone)
        default: progress.add(1, to: .skipped)
        }
        guard let observer else { return }
        observer.observe(
            .outcome(
                ObjectOutcome(
                    key: work.key, action: action, evidence: evidence ?? work.evidence, size: size,
                    attempts: work.attempt, checksum: checksum, lost: lost, sourceVersion: sourceVersion(of: work),
                    targetVersion: copy)))
    }

    private func sourceVersion(of work: Work) -> String? { options.copiesVersions ? work.source.version : nil }

    /// Counts what an object had and its copy lacks, and says so for the first of each kind.
    private func tell(_ lost: Attributes, of key: ObjectKey) {
        let new = tally.withLock { tally in
            lost.names.filter { name in
                tally.report.notKept[name, default: 0] += 1
                return tally.report.notKept[name] == 1
            }
        }
        for name in new {
            let location = target.backend.identity.container
            notice(key, "\(location) does not keep its \(name); all that lose theirs are counted at the end")
        }
    }

    /// Lets what is done be written down, once it survives a power cut, and the source of a move be deleted.
    func settle(_ slot: JournalSlot?, moved: Entry? = nil, proof: StateRecord? = nil) {
        let moved = options.dryRun ? nil : moved
        guard slot != nil || moved != nil || proof != nil else { return }
        settlement.add(Settlement.Item(slot: slot, moved: moved, proof: proof))
    }

    /// Records that `work` failed, or holds it for the next pass where that may help. Throws when the failure ends the
    /// run.
    func fail(_ work: Work, _ error: StorageError, evidence: Evidence? = nil) throws(RunStop) {
        if error.kind == .cancelled, Task.isCancelled { return }
        let isHeld = tally.withLock { tally in
            guard tally.hasAnotherPass, error.isWorthAnotherPass, !RunStop.isFatal(error) else { return false }
            guard tally.retries.count < Self.retriesMax else { return false }
            tally.retries.append(work)
            return true
        }
        if isHeld {
            if case .copy = work.step {
                progress.add(-1, to: .objectsPlanned)
                progress.add(-Int(work.source.size), to: .bytesPlanned)
            }
            return
        }
        try failFinally(work, error, evidence: evidence)
    }

    /// Records that `work` failed for good.
    func failFinally(_ work: Work, _ error: StorageError, evidence: Evidence? = nil) throws(RunStop) {
        journal?.fail(FailedAction(key: work.key, error: error, attempts: work.attempt))
        let failed = tally.withLock { tally in
            tally.count(.failed, size: 0)
            tally.note(error)
            return tally.report.objects.failed
        }
        progress.add(1, to: .failed)
        observer?.observe(
            .outcome(
                ObjectOutcome(
                    key: work.key, action: .failed, evidence: evidence ?? work.evidence, size: work.source.size,
                    attempts: work.attempt, sourceVersion: sourceVersion(of: work), error: error)))
        if RunStop.isFatal(error) { throw RunStop(reason: .failed(error)) }
        if let max = options.errorsMax, failed >= max { throw RunStop(reason: .tooManyErrors(failed)) }
    }

    /// Records that the target has what the source lacks (`check`).
    func onlyTarget(_ key: ObjectKey, size: Int64) {
        tally.withLock { $0.count(.onlyTarget, size: size) }
        observer?.observe(
            .outcome(ObjectOutcome(key: key.detached(), action: .onlyTarget, evidence: .absent, size: size)))
    }

    /// Records the failure of something that is not a source object.
    func failOther(_ key: ObjectKey, _ error: StorageError, size: Int64 = 0) {
        if error.kind == .cancelled, Task.isCancelled { return }
        tally.withLock { tally in
            tally.report.otherFailures += 1
            tally.note(error)
        }
        progress.add(1, to: .failed)
        observer?.observe(
            .outcome(ObjectOutcome(key: key, action: .failed, evidence: .problem, size: size, error: error)))
    }
}
