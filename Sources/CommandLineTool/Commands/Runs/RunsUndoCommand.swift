// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import JournalStore

struct RunsUndoCommand: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "undo", abstract: "Put the target back as it was before a run that was given --keep-undo.",
        discussion: """
            What somebody changed since is left alone and reported, with exit code 6. The run's own command line names the \
            target; where it held secrets, give it again behind --.
            """)

    @Argument(help: "The run's id; its beginning is enough when no other begins so.")
    var run: String
    @Flag(name: [.customShort("n"), .long, .customLong("dryrun")], help: "Say what would be done, change nothing.")
    var dryRun = false
    @Argument(
        parsing: .postTerminator,
        help: ArgumentHelp("The run's command line, where the journal may not hold it.", valueName: "command"))
    var command: [String] = []
    @OptionGroup(title: "Output") var output: OutputFlags

    func execute(_ context: ToolContext) async throws -> ExitStatus {
        let (journal, found) = try await RunHistory.find(run, context)
        guard found.state != .running else {
            throw ValidationError("\(found.description.id) is under way in process \(found.process.number).")
        }
        guard try await journal.contents(of: found.description.id).undoRecords > 0 else {
            throw ValidationError(
                "There is nothing to undo of \(found.description.id): it kept nothing (--keep-undo), or it was undone.")
        }
        let earlier = try EarlierCommand(found, given: command)
        context.notice("undoing \(found.description.id)")
        return try await earlier.command.execute(
            context.undoing(
                Undoing(journal: journal, run: found, dryRun: dryRun, undoDirectory: earlier.value(of: "--undo-dir"))))
    }
}
