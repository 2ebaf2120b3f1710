// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Settings
internal import StorageModel

struct RemoteRemoveCommand: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Remove a remote from the configuration; its data stays.")

    @Argument(help: "The remote.")
    var name: String
    @Option(help: ArgumentHelp("Change FILE.", valueName: "file"))
    var config: String?
    @OptionGroup(title: "Output") var output: OutputFlags

    func execute(_ context: ToolContext) async throws -> ExitStatus {
        var configuration = try Configuration.load(config, environment: context.environment, forWriting: true)
        let name = name.hasSuffix(":") ? String(name.dropLast()) : name
        guard configuration.file.options(of: name) != nil else {
            throw ValidationError("There is no remote \(name) in the configuration.")
        }
        try configuration.write { file throws(StorageError) in _ = file.remove(name) }
        return .done
    }
}
