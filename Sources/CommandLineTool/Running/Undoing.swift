// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import Godwit
internal import JournalStore
internal import StorageModel
internal import SyncEngine

/// An earlier run that is undone by means of its own command line: the same configuration, target and flags.
struct Undoing: Sendable {
    let journal: JournalStore
    let run: RecordedRun
    let dryRun: Bool
    /// Where the run was told to keep things.
    let undoDirectory: String?

    private var id: String { run.description.id }

    /// Undoes what `command`, the run's command, did.
    func perform(_ command: Run, _ context: ToolContext) async throws -> ExitStatus {
        let begun = TimeFormat.now
        let id = RunSummary.identifier(at: begun, random: .random(in: .min ... .max))
        var options = command.session
        options.run = id
        options.createsContainers = false
        let session = try Session(options)
        defer { session.shutdown() }
        let (target, name) = try await session.openTarget(
            command.target, identity: run.description.targetIdentity)
        var recording: RunRecording?, lock: LockObject?
        if !dryRun {
            do {
                if var wanted = command.recording {
                    wanted.keepsUndo = false
                    let request = RunRequest(
                        id: id, command: "undo", arguments: nil, source: "run \(self.id)", target: name, started: begun)
                    recording = try await RunPermit.refusing { () async throws(StorageError) in
                        try await session.record(
                            undo: request, wanted, at: target, identity: run.description.targetIdentity,
                            warn: { text in context.notice("\(text)") })
                    }
                }
                lock = try await RunPermit.hold(command.lock, id, session)
            } catch let refusal as RunPermit.Refusal {
                context.error("refused: \(refusal.reason)")
                await recording?.finish(.failed, exit: ExitStatus.refused.rawValue, report: "")
                return .refused
            }
        }
        let rows = try command.progress.report.map { try ReportFile($0) }
        let observer = RunObserver(
            context, source: "run \(self.id)", target: name,
            events: command.progress.json ? context.standardOutput : nil, report: rows, checkFiles: nil, tracker: nil)
        var undoing = command.sync
        undoing.dryRun = dryRun
        let pages = journal.undoRecords(of: self.id)
        let undo = try await session.prepareUndo(
            of: self.id, at: target, undoDirectory: undoDirectory, options: undoing, observer: observer,
            recording: recording
        ) { () async throws(StorageError) in try await pages.next()?.filter { !$0.isUndone }.map(\.record) }
        let report = await RunPermit.holding(lock) { await undo.run() }
        await RunPermit.release(lock)
        let status = ExitStatus(report)
        if status == .done, !dryRun { try await journal.markUndone(allOf: self.id) }
        var closing = command
        closing.sync.mode = .copy
        closing.sync.dryRun = dryRun
        closing.close(report, context, (source: "run \(self.id)", target: name))
        let summary = RunSummary(
            run: id, source: "run \(self.id)", target: name, report: report, requests: session.requests, exit: status)
        let line = summary.line(at: TimeFormat.now)
        if command.progress.json { try context.standardOutput.write(line) }
        await recording?.finish(
            RunOutcome(report, status), exit: status.rawValue, report: String(decoding: line, as: UTF8.self))
        try rows?.finish()
        return status
    }
}
