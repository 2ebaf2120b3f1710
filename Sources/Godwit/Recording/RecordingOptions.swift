// Part of godwit. SPDX-License-Identifier: Apache-2.0

public import StorageModel

/// Whether and where a run writes down what it does, and what it takes from earlier runs.
public struct RecordingOptions: Sendable {
    /// The state directory: the journal, the locks, the state of pairs of locations.
    public var directory: String
    /// False: nothing is written down.
    public var keepsJournal = true
    /// Take nothing from earlier runs.
    public var restarts = false
    /// Bytes that the state of all pairs of locations may take together.
    public var stateMax: Int64 = 4 << 30
    /// Keep what the run replaces or deletes.
    public var keepsUndo = false
    /// Where to keep it, as a location; nil: beside the target.
    public var undoDirectory: String?

    public init(directory: String) { self.directory = directory }

    /// `$XDG_STATE_HOME/godwit`, or `~/.local/state/godwit`; nil where neither is known
    /// (https://specifications.freedesktop.org/basedir-spec/latest).
    public static func directory(environment: [String: String]) -> String? {
        // A relative path is to be ignored, by the specification.
        if let home = environment["XDG_STATE_HOME"], home.utf8.first == UInt8(ascii: "/") { return home + "/godwit" }
        guard let home = environment["HOME"], home.utf8.first == UInt8(ascii: "/") else { return nil }
        return home + "/.local/state/godwit"
    }
}

/// What the journal is told of a run.
public struct RunRequest: Sendable {
    /// Names the run.
    public var id: String
    public var command: String
    /// The working directory and the command line; nil when secrets were on it.
    public var arguments: [String]?
    /// For people, without secrets.
    public var source: String
    public var target: String
    public var started: Timestamp

    public init(
        id: String, command: String, arguments: [String]?, source: String, target: String, started: Timestamp
    ) {
        self.id = id
        self.command = command
        self.arguments = arguments
        self.source = source
        self.target = target
        self.started = started
    }
}
