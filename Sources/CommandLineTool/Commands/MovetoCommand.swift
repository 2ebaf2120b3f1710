// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import SyncEngine

struct MovetoCommand: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "moveto",
        abstract: "Move one object to an exact name.")

    @OptionGroup var locations: TwoLocations
    @OptionGroup var flags: RunFlags
    @OptionGroup(title: "Output") var output: OutputFlags

    func execute(_ context: ToolContext) async throws -> ExitStatus {
        try await flags.run(.move, locations, context, naming: .exact).perform(context)
    }
}
