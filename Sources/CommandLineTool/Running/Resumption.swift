// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import Godwit
internal import JournalStore
internal import StorageModel
internal import SyncEngine

/// An earlier run that the one at hand goes on with.
struct Resumption: Sendable {
    let journal: JournalStore
    let run: RecordedRun
    /// Only what failed is tried again.
    let failedOnly: Bool

    var id: String { run.description.id }

    /// What the summary says of it: up to which key the listings are that run's, and when it began.
    var account: RunSummary.Resumed {
        RunSummary.Resumed(run: id, upTo: failedOnly ? nil : run.position, listed: run.description.started)
    }

    /// Makes sure that `plan` is between the places that the run was between.
    func confirm(_ plan: RunPlan, _ session: Session) throws(StorageError) {
        try session.confirm(
            source: run.description.sourceIdentity, target: run.description.targetIdentity,
            areOf: (plan.source, plan.target), objects: plan.object.map { ($0.source, $0.target) })
    }

    /// Where the engine goes on.
    var point: ResumePoint {
        guard failedOnly else {
            let pages = journal.pendingActions(of: id)
            return ResumePoint(listings: .after(run.position, run.order ?? .keyBytes)) {
                () async throws(StorageError) in try await pages.next()
            }
        }
        let pages = journal.failures(of: id)
        return ResumePoint(listings: .none) { () async throws(StorageError) in
            try await pages.next()?.map { PlannedAction(.compare, $0.failure.key, replaces: true) }
        }
    }
}
