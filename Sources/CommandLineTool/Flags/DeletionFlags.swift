// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import SyncEngine

/// What `sync` may delete.
struct DeletionFlags: ParsableArguments, Sendable {
    @Option(
        help: ArgumentHelp("Delete nothing at all when it would be more than N, or N% of the target.", valueName: "n"))
    var maxDelete: DeletionLimitArgument?
    @Option(
        help: ArgumentHelp(
            "Delete nothing at all when it would be more bytes than this; off: no limit.", valueName: "size"))
    var maxDeleteSize: SizeLimitArgument?
    @Flag(help: "Delete before anything is transferred, once everything is compared.")
    var deleteBefore = false
    @Flag(help: "Delete while objects are transferred, once both sides are listed.")
    var deleteDuring = false
    @Flag(help: "Delete once every transfer succeeded (the default).")
    var deleteAfter = false
    @Flag(
        help: """
            Copy what only has another name now within the target, once both sides are listed.
            """)
    var trackRenames = false
    @Flag(help: "Also delete at the target what the rules exclude.")
    var deleteExcluded = false
    @Flag(help: "Go on when the source is empty, and delete everything at the target.")
    var allowEmptySource = false

    func validate() throws {
        if [deleteBefore, deleteDuring, deleteAfter].count(where: \.self) > 1 {
            throw ValidationError("--delete-before, --delete-during and --delete-after contradict one another.")
        }
        if trackRenames, deleteBefore || deleteDuring {
            throw ValidationError("--track-renames needs what would be deleted: drop --delete-before, --delete-during.")
        }
    }

    var options: DeletionOptions {
        var options = DeletionOptions()
        options.limit = maxDelete?.limit
        options.bytesMax = maxDeleteSize?.bytes
        options.deletesExcluded = deleteExcluded
        options.allowsEmptySource = allowEmptySource
        options.tracksRenames = trackRenames
        options.timing = deleteBefore ? .before : deleteDuring ? .during : .after
        return options
    }
}
