// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import JournalStore
internal import StorageModel

struct RunsForgetCommand: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "forget", abstract: "Forget runs: they can be neither resumed nor undone afterwards.",
        discussion: "Unfinished uploads stay known, until a run or cleanup ends them. Runs under way are not forgotten."
    )

    @Argument(help: "The runs' ids.")
    var runs: [String] = []
    @Option(help: ArgumentHelp("Forget what began longer ago than this.", valueName: "duration"))
    var olderThan: DurationArgument?
    @OptionGroup(title: "Output") var output: OutputFlags

    func validate() throws {
        if runs.isEmpty == (olderThan == nil) { throw ValidationError("Give the ids of runs, or --older-than.") }
    }

    func execute(_ context: ToolContext) async throws -> ExitStatus {
        guard let journal = try RunHistory.open(context) else { throw RunHistory.none }
        let forgotten: [String]
        if let age = olderThan?.duration {
            let now = TimeFormat.now
            forgotten = try await journal.forget(
                startedBefore: Timestamp(seconds: now.seconds - age.components.seconds, nanoseconds: now.nanoseconds))
        } else {
            var ids: [String] = []
            for run in runs { ids.append(try await RunHistory.find(run, in: journal).description.id) }
            forgotten = try await journal.forget(ids)
            for id in ids where !forgotten.contains(id) { context.error("\(id) is under way and was not forgotten") }
            if forgotten.count < ids.count { return .someFailed }
        }
        context.notice("forgot \(forgotten.count) runs")
        return .done
    }
}
