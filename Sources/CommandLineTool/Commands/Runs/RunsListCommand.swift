// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import JournalStore

struct RunsListCommand: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List earlier runs, newest first.",
        discussion: "Columns: id, state, exit code, command, source, target.")

    @Flag(help: "Write one JSON object a line.")
    var json = false
    @OptionGroup(title: "Output") var output: OutputFlags

    func execute(_ context: ToolContext) async throws -> ExitStatus {
        guard let journal = try RunHistory.open(context) else { return .done }
        for run in try await journal.runs() {
            try context.standardOutput.write(json ? RunText.json(run) : Array(RunText.line(run).utf8))
        }
        return .done
    }
}
