// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import SyncEngine

struct CopyCommand: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "copy",
        abstract: "Copy what is new or changed; delete nothing.",
        discussion: """
            Copies what is under SOURCE to under TARGET. A single object keeps its name under TARGET; to give it another \
            name, use copyto. An object is proven by its digest before it becomes visible at the target.
            """)

    @OptionGroup var locations: TwoLocations
    @OptionGroup var flags: RunFlags
    @OptionGroup(title: "Output") var output: OutputFlags

    func execute(_ context: ToolContext) async throws -> ExitStatus {
        try await flags.run(.copy, locations, context).perform(context)
    }
}
