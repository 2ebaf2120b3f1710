// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import Logging
internal import StorageModel
internal import SyncEngine
internal import Synchronization

/// Tells the events of a run: as lines for people, as JSON, as rows of a report, as counts for the progress display.
final class RunObserver: SyncObserver {
    private let context: ToolContext
    private let source: String
    private let target: String
    /// Events for `--json`; nil: not asked for.
    private let events: ByteSink?
    private let report: ReportFile?
    private let checkFiles: CheckFiles?
    /// Nil where no progress is shown, so that nothing is paid for it.
    let tracker: ProgressTracker?

    init(
        _ context: ToolContext, source: String, target: String, events: ByteSink?, report: ReportFile?,
        checkFiles: CheckFiles?, tracker: ProgressTracker?
    ) {
        self.context = context
        self.source = source
        self.target = target
        self.events = events
        self.report = report
        self.checkFiles = checkFiles
        self.tracker = tracker
    }

    func observe(_ event: SyncEvent) {
        switch event {
        case .outcome(let outcome):
            tracker?.ended(outcome)
            // What cannot be written is kept by the sinks and told at the end; the run itself goes on.
            try? events?.write(EventWriter.outcome(outcome, at: TimeFormat.now))
            report?.add(outcome)
            checkFiles?.add(outcome)
            say(outcome)
        case .notice(let key, let text):
            try? events?.write(EventWriter.notice(text, key: key, at: TimeFormat.now))
            context.notice(text, key: key)
        case .began(let key, let size): tracker?.began(key, size: size)
        case .moved(let key, let bytes): tracker?.moved(key, bytes: bytes)
        }
    }

    private func say(_ outcome: ObjectOutcome) {
        // The text is made only where its level is heard: runs have millions of outcomes.
        guard outcome.action.mayBeHeard(at: context.logger.logLevel),
            let (level, text) = RunMessages.message(outcome, source: source, target: target)
        else { return }
        context.log(level, { text }, outcome.key)
    }
}

extension ObjectOutcome.Action {
    fileprivate func mayBeHeard(at level: Logger.Level) -> Bool {
        switch self {
        case .failed, .onlySource, .onlyTarget, .differs, .notComparable: true
        case .wouldTransfer, .wouldServerCopy, .wouldUpdateMetadata, .wouldDelete: level <= .notice
        case .transferred, .serverCopied, .metadataUpdated, .deleted: level <= .info
        case .skipped, .same: level <= .debug
        }
    }
}
