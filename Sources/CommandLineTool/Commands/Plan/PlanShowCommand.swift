// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import StorageModel
internal import SyncEngine

struct PlanShowCommand: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Tell what is in a plan: how much of what, where and why, and what it costs.")

    @Argument(help: "The plan.", completion: .file())
    var file: String
    @Flag(help: "Show every change, one a line.")
    var list = false
    @Flag(help: "Write JSON.")
    var json = false
    @OptionGroup(title: "Output") var output: OutputFlags

    func execute(_ context: ToolContext) async throws -> ExitStatus {
        let reader = try PlanReader(file)
        var summary = PlanSummary(reader.header)
        var changes = reader.changes()
        while let some = try changes.next() {
            for change in some {
                summary.add(change)
                if list { try context.standardOutput.write(PlanText.line(change)) }
            }
        }
        if json {
            try context.standardOutput.write(PlanText.json(summary))
        } else if !list {
            try context.standardOutput.write(PlanText.lines(summary))
        }
        return .done
    }
}
