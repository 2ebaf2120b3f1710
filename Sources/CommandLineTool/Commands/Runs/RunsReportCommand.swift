// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import JournalStore
internal import SyncEngine

struct RunsReportCommand: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "Write what failed in a run, and its summary, as the run's own --json did.",
        discussion: "One JSON object a line. What was done is in the file of the run's --report, if it wrote one.")

    @Argument(help: "The run's id; its beginning is enough when no other begins so. Default: the newest.")
    var run: String?
    @OptionGroup(title: "Output") var output: OutputFlags

    func execute(_ context: ToolContext) async throws -> ExitStatus {
        let (journal, found) = try await RunHistory.find(run, context)
        let failures = journal.failures(of: found.description.id)
        while let page = try await failures.next() {
            for failed in page {
                let outcome = ObjectOutcome(
                    key: failed.failure.key, action: .failed, evidence: .problem, size: 0,
                    attempts: failed.failure.attempts, error: failed.failure.error)
                try context.standardOutput.write(EventWriter.outcome(outcome, at: failed.time))
            }
        }
        if let report = found.report, !report.isEmpty {
            try context.standardOutput.write(report.hasSuffix("\n") ? report : report + "\n")
        } else {
            try context.standardOutput.write(RunText.json(found))
        }
        return .done
    }
}
