// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import JournalStore

struct RunsShowCommand: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show one run: what it did, what is left to do, what failed and why.")

    @Argument(help: "The run's id; its beginning is enough when no other begins so. Default: the newest.")
    var run: String?
    @OptionGroup(title: "Output") var output: OutputFlags

    func execute(_ context: ToolContext) async throws -> ExitStatus {
        let (journal, found) = try await RunHistory.find(run, context)
        let id = found.description.id
        try context.standardOutput.write(RunText.details(found, try await journal.contents(of: id)))
        let failures = journal.failures(of: id)
        while let page = try await failures.next() {
            for failure in page { try context.standardOutput.write(RunText.line(failure)) }
        }
        return .done
    }
}
