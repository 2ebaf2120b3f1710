// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Logging

/// What is said, how loudly and where; every command has these.
struct OutputFlags: ParsableArguments, Sendable {
    enum Level: String, ExpressibleByArgument, CaseIterable, Sendable {
        case debug, info, notice, error

        var level: Logger.Level {
            switch self {
            case .debug: .debug
            case .info: .info
            case .notice: .notice
            case .error: .error
            }
        }
    }

    enum LogFormat: String, ExpressibleByArgument, CaseIterable, Sendable { case text, json }
    enum Color: String, ExpressibleByArgument, CaseIterable, Sendable { case auto, always, never }

    @Flag(name: .shortAndLong, help: "Also say what is done to each object (-vv: debugging details).")
    var verbose: Int
    @Flag(name: .shortAndLong, help: "Say nothing but errors.")
    var quiet = false
    @Option(help: ArgumentHelp("Write messages to FILE instead of standard error.", valueName: "file"))
    var logFile: String?
    @Option(help: "The least important messages to write.")
    var logLevel: Level?
    @Option(help: "How messages are written.")
    var logFormat = LogFormat.text
    @Option(help: "Whether messages are coloured; auto: on a terminal, unless NO_COLOR is set.")
    var color = Color.auto

    func validate() throws {
        if quiet, verbose > 0 { throw ValidationError("--quiet and --verbose contradict each other.") }
        if logLevel != nil, quiet || verbose > 0 {
            throw ValidationError("--log-level contradicts --quiet and --verbose: give one of them.")
        }
    }

    /// The level that the flags ask for.
    var level: Logger.Level {
        if let logLevel { return logLevel.level }
        if quiet { return .error }
        return verbose == 0 ? .notice : verbose == 1 ? .info : .debug
    }
}
