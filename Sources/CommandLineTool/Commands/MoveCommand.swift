// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import SyncEngine

struct MoveCommand: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "move",
        abstract: "Copy, verify, then delete the source objects.",
        discussion: """
            A source object is deleted only once its copy is proven. Where a store offers nothing to prove it by, the \
            source is kept, unless --verify none.
            """)

    @OptionGroup var locations: TwoLocations
    @OptionGroup var flags: RunFlags
    @OptionGroup(title: "Output") var output: OutputFlags

    func execute(_ context: ToolContext) async throws -> ExitStatus {
        try await flags.run(.move, locations, context).perform(context)
    }
}
