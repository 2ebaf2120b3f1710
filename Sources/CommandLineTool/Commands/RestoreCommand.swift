// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Godwit
internal import Selection
internal import StorageModel
internal import SyncEngine

struct RestoreCommand: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Put back what a bucket with versions held at an earlier time.",
        discussion: """
            The version of then is copied above the one of now, by the store itself, and what was not there then is deleted, \
            which leaves a delete marker: nothing is lost, and a restore to the present takes it back. A location without a \
            slash at its end means the object of that name, be it deleted, or what is under it. Try --dry-run first.
            """)

    @OptionGroup var place: OneLocation
    @Option(help: ArgumentHelp("The time to go back to, or an age such as 2d.", valueName: "time"))
    var to: AgeArgument
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

    func execute(_ context: ToolContext) async throws -> ExitStatus {
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
