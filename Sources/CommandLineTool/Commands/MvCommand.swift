// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import SyncEngine

struct MvCommand: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "mv",
        abstract: "Move as mv does: one object to a name, or what is under a prefix.",
        discussion: "As moveto when SOURCE is one object and TARGET does not end in a slash, else as move.")

    @OptionGroup var locations: TwoLocations
    @OptionGroup var flags: RunFlags
    @OptionGroup(title: "Output") var output: OutputFlags

    func execute(_ context: ToolContext) async throws -> ExitStatus {
        try await flags.run(.move, locations, context, naming: .guess).perform(context)
    }
}
