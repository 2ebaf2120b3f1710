// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import JournalStore

struct RunsResumeCommand: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume", abstract: "Go on with an interrupted run, its listings included.",
        discussion: """
            What was decided and not done is decided again from a fresh look; then the listings go on after the last key \
            that was dealt with. What changed before that key since then is not seen: give the same command again for that.
            """)

    @Argument(help: "The run's id; its beginning is enough when no other begins so. Default: the newest.")
    var run: String?
    @Flag(help: "Try again only what failed.")
    var failedOnly = false
    @Argument(
        parsing: .postTerminator,
        help: ArgumentHelp("The run's command line, where the journal may not hold it.", valueName: "command"))
    var command: [String] = []
    @OptionGroup(title: "Output") var output: OutputFlags

    func execute(_ context: ToolContext) async throws -> ExitStatus {
        let (journal, found) = try await RunHistory.find(run, context)
        let description = found.description
        guard found.state != .running else {
            throw ValidationError("\(description.id) is under way in process \(found.process.number).")
        }
        guard failedOnly || found.state != .done else {
            throw ValidationError("\(description.id) is done: there is nothing to resume.")
        }
        let earlier = try EarlierCommand(found, given: command)
        context.notice("resuming \(description.id): godwit \(Redaction.line(earlier.words))")
        return try await earlier.command.execute(
            context.resuming(Resumption(journal: journal, run: found, failedOnly: failedOnly), words: earlier.words))
    }
}
