// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import SyncEngine

struct CpCommand: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "cp",
        abstract: "Copy as cp does: one object to a name, or what is under a prefix.",
        discussion: "As copyto when SOURCE is one object and TARGET does not end in a slash, else as copy.")

    @OptionGroup var locations: TwoLocations
    @OptionGroup var flags: RunFlags
    @OptionGroup(title: "Output") var output: OutputFlags

    func execute(_ context: ToolContext) async throws -> ExitStatus {
        try await flags.run(.copy, locations, context, naming: .guess).perform(context)
    }
}
