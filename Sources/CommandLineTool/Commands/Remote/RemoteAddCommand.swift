// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Godwit
internal import Settings
internal import StorageModel

struct RemoteAddCommand: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Add a remote, by its options or by questions and answers.",
        discussion: """
            For example: godwit remote add backup s3 provider=AWS region=eu-west-1 env_auth=true. The options have \
            rclone's names. A value of - is asked for without showing it, so that a secret is in no history. Without a \
            type the options are asked for.
            """)

    @Argument(help: "What the remote is called.")
    var name: String
    @Argument(help: "s3, local or alias; asked for when it is missing.")
    var type: String?
    @Argument(help: "Options of the form NAME=VALUE.")
    var options: [String] = []
    @Flag(help: "Replace the remote if it exists.")
    var replace = false
    @Option(help: ArgumentHelp("Write the remote to FILE.", valueName: "file"))
    var config: String?
    @OptionGroup(title: "Output") var output: OutputFlags

    func validate() throws {
        for option in options where !option.contains("=") || option.hasPrefix("=") {
            throw ValidationError("\"\(option)\" is not of the form NAME=VALUE.")
        }
    }

    func execute(_ context: ToolContext) async throws -> ExitStatus {
        var configuration = try Configuration.load(config, environment: context.environment, forWriting: true)
        guard replace || configuration.file.options(of: name) == nil else {
            throw ValidationError("The remote \(name) exists already; --replace replaces it.")
        }
        let settings = try settings()
        try configuration.write { file throws(StorageError) in try file.set(name, settings) }
        context.notice("added \(name): try godwit lsd \(name):")
        if isOfUnknownMake(settings) {
            context.notice("what its store does is found out by godwit remote test \(name):BUCKET --save")
        }
        return .done
    }

    private func isOfUnknownMake(_ settings: [RemoteOption]) -> Bool {
        func value(_ name: String) -> String? { settings.last { $0.name == name }?.value }
        guard value("type") == "s3" else { return false }
        return value("provider").map { !S3Providers.isKnown($0) } ?? (value("endpoint") != nil)
    }

    private func settings() throws -> [RemoteOption] {
        guard let type else { return try RemoteQuestions.ask(name) }
        var settings = [RemoteOption("type", type)]
        for option in options {
            let parts = option.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            settings.append(RemoteOption(parts[0], parts[1] == "-" ? try Prompt.secret(parts[0]) : parts[1]))
        }
        return settings
    }
}
