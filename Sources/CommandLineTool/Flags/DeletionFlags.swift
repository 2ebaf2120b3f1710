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
    @Flag(help: "Also delete at the target what the rules exclude.")
    var deleteExcluded = false
    @Flag(help: "Go on when the source is empty, and delete everything at the target.")
    var allowEmptySource = false

    var options: DeletionOptions {
        var options = DeletionOptions()
        options.limit = maxDelete?.limit
        options.bytesMax = maxDeleteSize?.bytes
        options.deletesExcluded = deleteExcluded
        options.allowsEmptySource = allowEmptySource
        return options
    }
}
