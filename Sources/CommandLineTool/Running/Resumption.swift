// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import JournalStore
internal import StorageModel
internal import SyncEngine
internal import Synchronization

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

    /// Where the engine goes on.
    var point: ResumePoint {
        let reader = PendingReader(journal, id, failedOnly: failedOnly)
        let next: @Sendable () async throws(StorageError) -> [PlannedAction]? = { () async throws(StorageError) in
            try await reader.next()
        }
        if failedOnly { return ResumePoint(listings: .none, pending: next) }
        return ResumePoint(listings: .after(run.position, run.order ?? .keyBytes), pending: next)
    }
}

/// Reads what a run left to do, page by page.
private actor PendingReader {
    private var actions: JournalPages<PlannedAction>
    private var failures: JournalPages<RecordedFailure>
    private let failedOnly: Bool

    init(_ journal: JournalStore, _ id: String, failedOnly: Bool) {
        actions = journal.pendingActions(of: id)
        failures = journal.failures(of: id)
        self.failedOnly = failedOnly
    }

    func next() async throws(StorageError) -> [PlannedAction]? {
        guard failedOnly else {
            var pages = actions
            defer { actions = pages }
            return try await pages.next()
        }
        var pages = failures
        defer { failures = pages }
        return try await pages.next()?.map { PlannedAction(.compare, $0.failure.key, replaces: true) }
    }
}
