// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

/// Where `check` lists names; `-` is standard output.
struct CheckFileFlags: ParsableArguments, Sendable {
    @Option(
        help: ArgumentHelp(
            "All names, each behind = (same), - (not in the source), + (not in the target), * (different) or ! (error).",
            valueName: "file"))
    var combined: String?
    @Option(help: ArgumentHelp("Names of what differs.", valueName: "file"))
    var differ: String?
    @Option(help: ArgumentHelp("Names of what is the same.", valueName: "file"))
    var match: String?
    @Option(help: ArgumentHelp("Names of what the source lacks.", valueName: "file"))
    var missingOnSrc: String?
    @Option(help: ArgumentHelp("Names of what the target lacks.", valueName: "file"))
    var missingOnDst: String?
    @Option(help: ArgumentHelp("Names of what could not be read or compared.", valueName: "file"))
    var error: String?

    /// Whether any list goes there.
    var usesStandardOutput: Bool {
        [combined, differ, match, missingOnSrc, missingOnDst, error].contains("-")
    }
}
