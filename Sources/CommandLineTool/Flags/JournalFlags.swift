// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Godwit
internal import SyncEngine

/// What a run writes down, what it takes from earlier ones, and who else may run.
struct JournalFlags: ParsableArguments, Sendable {
    /// Bytes that the state of all pairs of locations may take together.
    static let stateMaxDefault: Int64 = 4 << 30

    @Flag(help: "Write nothing down: an interrupted run cannot go on where it ended.")
    var noJournal = false
    @Flag(help: "Take nothing from earlier runs: no state, no unfinished uploads.")
    var restart = false
    @Option(
        help: ArgumentHelp("The most bytes that the state of earlier runs may take (default: 4G).", valueName: "size"))
    var stateMax: SizeArgument?
    @Option(
        help: ArgumentHelp(
            "Run only while holding the lock object LOC, which runs on other machines respect.", valueName: "loc"))
    var lock: String?
    @Flag(help: "Keep what the run replaces or deletes, so that runs undo can put it back.")
    var keepUndo = false
    @Option(
        help: ArgumentHelp(
            "Where --keep-undo keeps it (default: .godwit-trash at the bucket's root, or beside the directory).",
            valueName: "loc"))
    var undoDir: String?
    @Flag(help: "Write local files in place, for disks without room for a second copy; partial content shows.")
    var inplace = false

    func validate() throws {
        if noJournal, keepUndo { throw ValidationError("--keep-undo needs the journal: drop --no-journal.") }
        if undoDir != nil, !keepUndo { throw ValidationError("--undo-dir has a meaning with --keep-undo only.") }
    }

    /// What the run writes down; nil: nothing, since it changes nothing.
    func recording(environment: [String: String], changes: Bool) -> RecordingOptions? {
        guard changes, let directory = RecordingOptions.directory(environment: environment) else { return nil }
        var options = RecordingOptions(directory: directory)
        options.keepsJournal = !noJournal
        options.restarts = restart
        options.stateMax = stateMax?.bytes ?? Self.stateMaxDefault
        options.keepsUndo = keepUndo
        options.undoDirectory = undoDir
        return options
    }
}
