// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import SyncEngine

struct SyncCommand: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "sync",
        abstract: "Make the target identical to the source; delete there what the source lacks.",
        discussion: """
            Deletes only after both sides were listed completely and, by default, every transfer succeeded. An empty \
            source, or more deletions than --max-delete, is refused with exit status 12. Try --dry-run first.
            """)

    @OptionGroup var locations: TwoLocations
    @OptionGroup(title: "Delete") var deleting: DeletionFlags
    @OptionGroup var flags: RunFlags
    @OptionGroup(title: "Output") var output: OutputFlags

    func execute(_ context: ToolContext) async throws -> ExitStatus {
        if flags.transfer.noTraverse {
            context.notice("--no-traverse has no effect on sync, which has to know what else the target has")
        }
        return try await flags.run(.sync, locations, context, deleting: deleting.options).perform(context)
    }
}
