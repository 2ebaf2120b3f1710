// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Godwit
internal import SyncEngine

struct PlanMakeCommand: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "make", abstract: "Decide what a sync would do, and write that to a file. Changes nothing.")

    @OptionGroup var locations: TwoLocations
    @Option(help: ArgumentHelp("Where the plan goes.", valueName: "file"), completion: .file())
    var out: String
    @Flag(help: "Plan a copy, which deletes nothing.")
    var noDelete = false
    @OptionGroup(title: "Delete") var deleting: DeletionFlags
    @OptionGroup var flags: RunFlags
    @OptionGroup(title: "Output") var output: OutputFlags

    func validate() throws {
        if out.isEmpty { throw ValidationError("--out is empty: name a file.") }
        if flags.transfer.dryRun { throw ValidationError("A plan changes nothing by itself: drop --dry-run.") }
        if flags.transfer.interactive {
            throw ValidationError("--interactive asks before changes, and a plan makes none.")
        }
    }

    func execute(_ context: ToolContext) async throws -> ExitStatus {
        var run = try flags.run(noDelete ? .copy : .sync, locations, context, deleting: deleting.options)
        run.sync.dryRun = true
        run.session.createsContainers = false
        run.recording = nil
        run.lock = nil
        run.planFile = out
        return try await run.perform(context)
    }

    /// The run that carries out `plan`, which this command made.
    func applying(_ plan: AppliedPlan, _ mode: SyncMode, _ context: ToolContext) throws -> Run {
        // Its limits were kept to when it was made.
        var deleting = DeletionOptions()
        deleting.allowsEmptySource = true
        // What the lists named is in the plan.
        var flags = flags
        flags.selecting.names.forget()
        var run = try flags.run(mode, locations, context, deleting: deleting)
        run.sync.plan = plan
        return run
    }
}
