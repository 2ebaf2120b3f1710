// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import JournalStore
internal import StorageModel
internal import SyncEngine

#if canImport(Glibc)
    internal import Glibc
#endif

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
    @OptionGroup(title: "Output") var output: OutputFlags

    func execute(_ context: ToolContext) async throws -> ExitStatus {
        let (journal, found) = try await RunHistory.find(run, context)
        let description = found.description
        guard found.state != .running else {
            throw ValidationError("\(description.id) is under way in process \(found.process.number).")
        }
        guard let arguments = description.arguments, let directory = arguments.first else {
            throw ValidationError(
                "The command line of \(description.id) held secrets, which are stored nowhere: give the command again.")
        }
        guard failedOnly || found.state != .done else {
            throw ValidationError("\(description.id) is done: there is nothing to resume.")
        }
        guard chdir(directory) == 0 else {
            throw ValidationError("Its working directory is not there any more: \(directory)")
        }
        let words = Array(arguments.dropFirst())
        guard let command = try GodwitCommand.parseAsRoot(LeadingFlags.moved(words)) as? any ToolCommand,
            !(command is Self)
        else { throw ValidationError("\(description.id) cannot be resumed by its command line.") }
        context.notice("resuming \(description.id): godwit \(words.joined(separator: " "))")
        return try await command.execute(
            context.resuming(Resumption(journal: journal, run: found, failedOnly: failedOnly)))
    }
}
