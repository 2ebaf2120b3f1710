// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import SyncEngine

/// How much a run may move, and how long it may take.
struct LimitFlags: ParsableArguments, Sendable {
    @Option(
        help: ArgumentHelp("Stop when this much was transferred, with exit code 8; off: never.", valueName: "size"))
    var maxTransfer: SizeLimitArgument?
    @Option(help: ArgumentHelp("Stop after this long, with exit code 10; 0: never.", valueName: "duration"))
    var maxDuration: DurationArgument?
    @Option(
        help: ArgumentHelp(
            "At a limit: interrupt what is under way (hard, the default), finish it (soft), or do not begin either what "
                + "would reach --max-transfer (cautious).", valueName: "hard|soft|cautious"),
        transform: mode)
    var cutoffMode = CutoffOptions.Mode.hard

    /// In any case of letters, as rclone writes them.
    private static func mode(_ text: String) throws -> CutoffOptions.Mode {
        guard let mode = CutoffOptions.Mode(rawValue: text.lowercased()) else {
            throw ValidationError("--cutoff-mode is hard, soft or cautious.")
        }
        return mode
    }

    var options: CutoffOptions {
        var options = CutoffOptions()
        options.bytesMax = maxTransfer?.bytes
        options.durationMax = maxDuration.flatMap { $0.duration > .zero ? $0.duration : nil }
        options.mode = cutoffMode
        return options
    }
}
