// Part of godwit. SPDX-License-Identifier: Apache-2.0

public import StorageModel
import Synchronization

/// Puts a target back as it was before a run.
///
/// What someone changed since is left alone and fails. What is as it was already is skipped, so that an undo that was
/// interrupted can be run again. What was kept stays where it is.
public struct UndoSession: Sendable {
    /// Live counters, readable while the undo is under way.
    public let progress = SyncProgress()
    private let context: RunContext
    private let records: @Sendable () async throws(StorageError) -> [UndoRecord]?

    /// Undoes at `target`, with what is kept in `place` (nil: in versions of the target's objects), what `records` tell:
    /// batches, the latest change first, nil after the last. Of `options` count the dry run, the bounds of transfers and
    /// of errors.
    public init(
        target: SyncLocation, place: SyncLocation?, options: SyncOptions = SyncOptions(mode: .copy),
        observer: (any SyncObserver)?, journal: (any RunJournal)? = nil,
        records: @escaping @Sendable () async throws(StorageError) -> [UndoRecord]?
    ) {
        var undoing = SyncOptions(mode: .copy)
        undoing.dryRun = options.dryRun
        undoing.errorsMax = options.errorsMax
        undoing.transferring = options.transferring.exact
        context = RunContext(
            source: place ?? target, target: target, options: undoing, observer: observer, progress: progress,
            journal: journal, purpose: .undoing)
        self.records = records
    }

    /// Carries the undo out. Every failure is in the report: an object that someone changed since is one, with the kind
    /// `preconditionFailed`. Objects that are put back count as transferred or server-copied, those that the run had
    /// made as deleted, those that are as they were as skipped.
    public func run() async -> SyncReport {
        let begun = ContinuousClock.now
        var stop: SyncReport.Stop?
        do {
            while let batch = try await records() {
                try Task.checkCancellation()
                for start in stride(from: 0, to: batch.count, by: PlannedAction.batchMax) {
                    let part = batch[start..<min(start + PlannedAction.batchMax, batch.count)]
                    try await UndoBatch(context: context).run(Array(part))
                    await context.settlement.advance(context)
                }
            }
        } catch let error as RunStop {
            stop = error.reason
        } catch let error as StorageError where error.kind != .cancelled {
            stop = .failed(error)
        } catch {
            stop = .interrupted
        }
        await context.settlement.finish(context)
        var report = context.tally.withLock { $0.report }
        report.stop = stop ?? (Task.isCancelled ? .interrupted : nil)
        report.elapsed = .now - begun
        return report
    }
}
