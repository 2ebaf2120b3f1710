// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Settings

struct RemoteShowCommand: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show the options of remotes, without their secrets.")

    @Argument(help: "The remote; all when it is missing.")
    var name: String?
    @Option(help: ArgumentHelp("Read the remotes from FILE.", valueName: "file"))
    var config: String?
    @OptionGroup(title: "Output") var output: OutputFlags

    func execute(_ context: ToolContext) async throws -> ExitStatus {
        let configuration = try Configuration.load(config, environment: context.environment)
        let asked = name.map { $0.hasSuffix(":") ? String($0.dropLast()) : $0 }
        for name in asked.map({ [$0] }) ?? configuration.remotes {
            guard let options = try configuration.options(of: name) else {
                throw ValidationError("There is no remote \(name); godwit remote list shows those there are.")
            }
            try context.standardOutput.write("[\(name)]\n")
            for option in options { try context.standardOutput.write("\(option)\n") }
            try context.standardOutput.write("\n")
        }
        return .done
    }
}
