// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Godwit
internal import Selection
internal import StorageModel
internal import SyncEngine

struct RestoreCommand: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Restore archived objects, or what a bucket with versions held at an earlier time.",
        discussion: """
            With --days, what is archived (GLACIER, DEEP_ARCHIVE, the archive tiers of INTELLIGENT_TIERING) is asked for, \
            and can be read some minutes to days later; --wait stays until then. copy and sync do the same for what they meet \
            with --restore-days and --wait.

            With --to, the version of then is copied above the one of now, by the store itself, and what was not there then is \
            deleted, which leaves a delete marker: nothing is lost, and a restore to the present takes it back. A location \
            without a slash at its end means the object of that name, be it deleted, or what is under it. Try --dry-run first.
            """)

    @OptionGroup var place: OneLocation
    @Option(help: ArgumentHelp("The time to go back to, or an age such as 2d.", valueName: "time"))
    var to: AgeArgument?
    @Option(help: ArgumentHelp("For how many days archived objects can be read.", valueName: "n"))
    var days: Int?
    @Option(help: "How fast archived objects come back, and how dear.")
    var tier: RestoreRequest.Tier?
    @Flag(help: "Stay until all that is being restored can be read.")
    var wait = false
    @Flag(name: [.customShort("n"), .long, .customLong("dryrun")], help: "Say what would be done, change nothing.")
    var dryRun = false
    @Option(help: ArgumentHelp("Delete nothing at all when it would be more than N, or N%.", valueName: "n"))
    var maxDelete: DeletionLimitArgument?
    @Flag(help: "Go on when nothing was there then, and delete everything.")
    var allowEmptySource = false
    @OptionGroup(title: "Run") var schedule: ScheduleFlags
    @OptionGroup(title: "Select") var selecting: SelectionFlags
    @OptionGroup(title: "Connect") var connecting: ConnectionFlags
    @OptionGroup(title: "Progress") var progress: ProgressFlags
    @OptionGroup(title: "Output") var output: OutputFlags

    func validate() throws {
        guard (to == nil) != (days == nil) else {
            throw ValidationError("Give --days for archived objects, or --to for an earlier state.")
        }
        if let days, days < 1 { throw ValidationError("--days must be at least 1.") }
        if to != nil, wait || tier != nil {
            throw ValidationError("--tier and --wait are for archived objects: drop --to.")
        }
        if days != nil, let flag = flagsOfRuns.first(where: \.isGiven)?.name {
            throw ValidationError("--days asks for what is archived and copies nothing: drop \(flag).")
        }
    }

    /// What says how an earlier state is put back, and means nothing to archives.
    private var flagsOfRuns: [(isGiven: Bool, name: String)] {
        [
            (maxDelete != nil, "--max-delete"), (allowEmptySource, "--allow-empty-source"),
            (schedule.transfers != nil, "--transfers"), (schedule.checkers != nil, "--checkers"),
            (schedule.checkFirst, "--check-first"), (schedule.orderBy != nil, "--order-by"),
            (schedule.retries != ScheduleFlags.usualRetries, "--retries"), (schedule.maxErrors != nil, "--max-errors"),
            (progress.progress, "--progress"), (progress.stats != nil, "--stats"),
            (progress.statsOneLine, "--stats-one-line"), (progress.json, "--json"),
            (progress.report != nil, "--report"),
        ]
    }

    func execute(_ context: ToolContext) async throws -> ExitStatus {
        if let to { return try await goBack(to, context) }
        return try await restore(RestoreRequest(days: days ?? 1, tier: tier ?? .standard), context)
    }

    private func restore(_ request: RestoreRequest, _ context: ToolContext) async throws -> ExitStatus {
        var options = try connecting.sessionOptions(context)
        schedule.apply(to: &options)
        let session = try Session(options)
        defer { session.shutdown() }
        let walk = try selecting.walk(recursive: true)
        let restore = ArchiveRestore(context: context, request: request, dryRun: dryRun)
        let count = try await restore.begin(walk, session, place.location)
        let amount = SizeFormat.short(Double(count.bytes))
        context.notice(
            "\(dryRun ? "dry run: would restore" : "restoring") \(count.begun) archived objects, \(count.underWay) are being "
                + "restored already, \(count.readable) can be read (\(amount) together)")
        var failures = count.failed
        if wait, !dryRun, count.begun + count.underWay > 0 {
            let unknown = try await restore.wait(walk, session, place.location)
            failures += unknown
            if unknown == 0 { context.notice("all that was being restored can be read") }
        }
        return failures == 0 ? .done : .someFailed
    }

    private func goBack(_ to: AgeArgument, _ context: ToolContext) async throws -> ExitStatus {
        var options = SyncOptions(mode: .sync)
        let now = TimeFormat.now
        options.restoresTo = now.earlier(by: try to.age(at: now))
        options.dryRun = dryRun
        options.deleting.limit = maxDelete?.limit
        options.deleting.allowsEmptySource = allowEmptySource
        try selecting.apply(to: &options, environment: context.environment)
        schedule.apply(to: &options)
        if options.names != nil || options.selection.judgesObjects || !options.exclusionMarkers.isEmpty {
            throw ValidationError("What is put back is chosen by names: drop lists, sizes, ages and storage classes.")
        }
        var session = try connecting.sessionOptions(context)
        schedule.apply(to: &session)
        var recording = RecordingOptions.directory(environment: context.environment).map {
            RecordingOptions(directory: $0)
        }
        recording?.stateMax = 0
        let run = Run(
            source: place.location, target: place.location, sync: options, session: session, progress: progress,
            recording: dryRun ? nil : recording)
        return try await run.perform(context)
    }
}
