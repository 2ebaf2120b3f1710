// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Godwit
internal import StorageModel
internal import SyncEngine

/// One `copy`, `sync`, `move` or `check`, from its flags to its exit status.
struct Run: Sendable {
    var source: String
    var target: String
    var naming = RunPlan.Naming.directory
    var sync: SyncOptions
    var session: SessionOptions
    var failsIdle = false
    /// Whether it counts as done though something was left out since it is archived.
    var ignoresArchived = false
    var progress: ProgressFlags
    /// Not while questions stand on the terminal.
    var showsProgress = true
    var checkFiles: CheckFiles?
    /// What becomes of what is overwritten or deleted; nil: it is lost.
    var backup: BackupFlags?
    /// Where else objects may be; nil: nowhere.
    var elsewhere: ElsewhereFlags?
    /// Where what a dry run decides is written; nil: nowhere.
    var planFile: String?
    /// What is written down; nil: nothing, since nothing is changed or nowhere is a place.
    var recording: RecordingOptions?
    /// The lock object that is held meanwhile, as a location.
    var lock: String?
    /// The manifest of an inventory that tells what the source has, as a location.
    var inventory: String?

    func perform(_ context: ToolContext) async throws -> ExitStatus {
        if let undoing = context.undoing { return try await undoing.perform(self, context) }
        let begun = TimeFormat.now
        let id = RunSummary.identifier(at: begun, random: .random(in: .min ... .max))
        let rows = try progress.report.map { try ReportFile($0, hasVersions: sync.copiesVersions) }
        var options = session
        options.run = id
        let session = try Session(options)
        defer { session.shutdown() }
        var names = (source: Redaction.location(source), target: Redaction.location(target))
        var report = SyncReport()
        var isSingle = false
        var record: RunRecording?
        var writer: PlanWriter?
        do {
            let plan =
                sync.restoresTo == nil
                ? try await RunPlan.open(
                    session, sync.mode, from: source, to: target, naming: naming, isInventoried: inventory != nil)
                : try await RunPlan.open(session, inPlace: source)
            names = (plan.sourceName, plan.targetName)
            isSingle = plan.object != nil
            try context.resumption?.confirm(plan, session)
            if let header = sync.plan?.reader.header {
                try session.confirm(
                    source: header.sourceIdentity, target: header.targetIdentity, areOf: (plan.source, plan.target))
            }
            record = try await RunPermit.record(self, plan, id, begun, session, context)
            var run = self
            if let inventory { run.sync.sourceListing = try await session.listing(by: inventory, of: plan.source) }
            run.sync.backup = try await backup?.options(session, for: plan.target, object: plan.object?.target)
            run.sync.elsewhere = try await elsewhere?.options(session, for: plan.target, object: plan.object?.target)
            writer = try planWriter(plan, session, context, begun)
            run.sync.planSink = writer
            let held = try await RunPermit.hold(lock, id, session)
            report = await run.carryOut(plan, session, context, rows, record, held)
            await RunPermit.release(held)
        } catch let refusal as RunPermit.Refusal {
            report.stop = .refused(refusal.reason)
        } catch let error as StorageError {
            report.stop = error.kind == .cancelled ? .interrupted : .failed(error)
        }
        var status =
            isSingle ? ExitStatus(single: report, failsIdle: failsIdle) : ExitStatus(report, failsIdle: failsIdle)
        if report.archived.objects > 0, !ignoresArchived { status = .worst(of: [status, .someFailed]) }
        if sync.plan != nil, report.failureKinds.contains(.preconditionFailed) {
            status = .worst(of: [status, .refused])
        }
        if let writer { status = try finish(writer, status, context) }
        close(report, context, names)
        let summary = RunSummary(
            run: id, source: names.source, target: names.target, report: report, requests: session.requests,
            exit: status, resumed: context.resumption?.account)
        let line = summary.line(at: TimeFormat.now)
        if progress.json { try context.standardOutput.write(line) }
        await record?.finish(
            RunOutcome(report, status), exit: status.rawValue, report: String(decoding: line, as: UTF8.self))
        try rows?.finish()
        try checkFiles?.finish()
        return status
    }

    /// Begins the plan, if one is asked for.
    private func planWriter(
        _ plan: RunPlan, _ session: Session, _ context: ToolContext, _ begun: Timestamp
    ) throws -> PlanWriter? {
        guard let planFile else { return nil }
        guard plan.object == nil else {
            throw ValidationError("\(plan.sourceName) is one object: a plan is of what is under two locations.")
        }
        guard !sync.copiesVersions else { throw ValidationError("A plan has no histories: drop --all-versions.") }
        let header = session.planHeader(
            mode: sync.mode, from: plan.source, to: plan.target, names: (plan.sourceName, plan.targetName), made: begun,
            program: "godwit \(GodwitCommand.version)", arguments: RunPermit.arguments(context))
        return try PlanWriter(planFile, header)
    }

    /// Only a plan of all that was to be decided is one.
    private func finish(_ writer: PlanWriter, _ status: ExitStatus, _ context: ToolContext) throws -> ExitStatus {
        guard status == .done || status == .nothingToDo else {
            writer.abandon()
            context.error("no plan was written, since not everything could be decided")
            return status
        }
        try writer.finish()
        return status
    }

    private func carryOut(
        _ plan: RunPlan, _ session: Session, _ context: ToolContext, _ rows: ReportFile?, _ record: RunRecording?,
        _ lock: LockObject?
    ) async -> SyncReport {
        var options = sync
        options.temporaryDirectory = Environment.temporaryDirectory(context.environment)
        // One object is copied, never a reason to delete what lies beside its target.
        if plan.object != nil, options.mode == .sync, options.restoresTo == nil { options.mode = .copy }
        options.resuming = plan.object == nil ? context.resumption?.point : nil
        let tracker = ProgressTracker()
        let observer = RunObserver(
            context, source: plan.sourceName, target: plan.targetName,
            events: progress.json ? context.standardOutput : nil, report: rows, checkFiles: checkFiles,
            tracker: ProgressDisplay.isWanted(progress, context) ? tracker : nil)
        let run = session.prepare(options, from: plan.source, to: plan.target, observer: observer, recording: record)
        let display =
            showsProgress ? ProgressDisplay(progress, context, counters: run.progress, tracker: tracker) : nil
        var report = await RunPermit.holding(lock) {
            await withTaskGroup(of: Void.self, returning: SyncReport.self) { group in
                if let display { group.addTask { await display.show() } }
                defer { group.cancelAll() }
                guard let object = plan.object else { return await run.run() }
                return await run.runObject(object.source, to: object.target)
            }
        }
        if options.mode == .sync, options.restoresTo == nil, let refusal = await Self.refusal(of: report, plan) {
            report.stop = .refused(refusal)
        }
        return report
    }

    /// A source that is not there is what an empty one is: to follow it would delete everything at the target.
    private static func refusal(of report: SyncReport, _ plan: RunPlan) async -> String? {
        guard case .failed(let error) = report.stop, error.kind == .containerNotFound,
            (try? await plan.source.backend.containerExists()) == false
        else { return nil }
        return "the source \(plan.sourceName) does not exist"
    }

    /// The closing lines for people.
    func close(_ report: SyncReport, _ context: ToolContext, _ names: (source: String, target: String)) {
        switch report.stop {
        case .failed(let error):
            // What one object told, and every other one would have, was said with that one.
            if !report.failures.contains(where: { "\($0)" == "\(error)" }) { context.report(error) }
        case .refused(let reason): context.error("refused: \(reason)")
        case .tooManyErrors(let count): context.error("stopped after \(count) errors (--max-errors)")
        case .transferLimit(let max):
            context.error(
                "stopped at \(SizeFormat.short(Double(max))) (--max-transfer); run the same command again to continue")
        case .durationLimit(let max):
            let time = TimeFormat.short(seconds: max / .seconds(1))
            context.error("stopped after \(time) (--max-duration); run the same command again to continue")
        case .interrupted: context.notice("interrupted; run the same command again to continue")
        case nil: break
        }
        // A run that never began has no figures.
        if report.stop != nil, report.objects == SyncReport.Objects() { return }
        if sync.mode == .check {
            for line in RunMessages.checkClosing(report, source: names.source, target: names.target) {
                context.notice("\(line)")
            }
        } else {
            context.notice("\(RunMessages.closing(report, dryRun: sync.dryRun))")
        }
        if let account = context.resumption?.account, let key = account.upTo {
            context.notice("\(RunMessages.resumed(account, upTo: key))")
        }
        if report.lengthOnly > 0 {
            context.notice(
                "\(report.lengthOnly) objects could be proven by their length only: the store offers no checksum")
        }
        if let line = RunMessages.archived(report, source: names.source) { context.notice("\(line)") }
        if let line = RunMessages.notKept(report) { context.notice("\(line)") }
    }
}
