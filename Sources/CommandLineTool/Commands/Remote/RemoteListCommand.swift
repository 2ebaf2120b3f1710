// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Settings

struct RemoteListCommand: ToolCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List the remotes and their types.")

    @Option(help: ArgumentHelp("Read the remotes from FILE.", valueName: "file"))
    var config: String?
    @OptionGroup(title: "Output") var output: OutputFlags

    func execute(_ context: ToolContext) async throws -> ExitStatus {
        let configuration = try Configuration.load(config, environment: context.environment)
        let names = configuration.remotes
        let width = names.map(\.utf8.count).max() ?? 0
        for name in names {
            let type = try configuration.options(of: name)?.last { $0.name == "type" }?.value ?? ""
            try context.standardOutput.write("\(DecimalText.left("\(name):", width + 1)) \(type)\n")
        }
        if names.isEmpty { context.notice("there are no remotes; godwit remote add makes one") }
        return .done
    }
}
