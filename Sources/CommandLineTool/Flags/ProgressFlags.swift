// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

/// What a run shows while it goes on, and what it leaves behind.
struct ProgressFlags: ParsableArguments, Sendable {
    @Flag(name: [.customShort("P"), .long], help: "Show progress, also where standard error is no terminal.")
    var progress = false
    @Option(
        help: ArgumentHelp(
            "How often statistics are logged where no progress is drawn (default: 1m; 0: never).",
            valueName: "duration"))
    var stats: DurationArgument?
    @Flag(help: "Show progress in one line.")
    var statsOneLine = false
    @Flag(help: "Write events and the summary to standard output, one JSON object a line.")
    var json = false
    @Option(help: ArgumentHelp("Write a row for every object to FILE (.csv or .jsonl).", valueName: "file"))
    var report: String?

    func validate() throws {
        if let report, ReportFile.Format(path: report) == nil {
            throw ValidationError("--report writes .csv and .jsonl files; \"\(report)\" is neither.")
        }
    }
}
