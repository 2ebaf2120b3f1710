// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import Logging
internal import StorageModel

/// The world as a command sees it: where it writes, what the environment says.
struct ToolContext: Sendable {
    let standardOutput: ByteSink
    let console: Console
    let logger: Logger
    let environment: [String: String]
    /// The command line, without the program's name.
    private(set) var arguments: [String]
    /// Whether standard error is a terminal on which messages are read, so that progress may be drawn there.
    let drawsProgress: Bool
    /// The earlier run that the command goes on with (`runs resume`).
    private(set) var resumption: Resumption?
    /// The earlier run that the command undoes instead of carrying itself out (`runs undo`).
    private(set) var undoing: Undoing?
    /// Keeps `--log-file` open.
    private let logFile: OutputFile?

    init(
        _ flags: OutputFlags, environment: [String: String], arguments: [String] = [], standardOutput: ByteSink
    ) throws {
        self.arguments = arguments
        self.standardOutput = standardOutput
        self.environment = environment
        console = Console()
        let isTerminal = Terminal.isTerminal(2)
        let handler: MessageHandler
        var format = MessageFormat()
        format.isJSON = flags.logFormat == .json
        if let path = flags.logFile {
            let file = try OutputFile(path, appends: true)
            handler = MessageHandler(.file(file.sink), format: format, logLevel: flags.level)
            logFile = file
        } else {
            format.isColored =
                switch flags.color {
                case .always: true
                case .never: false
                case .auto: isTerminal && environment["NO_COLOR", default: ""].isEmpty && environment["TERM"] != "dumb"
                }
            handler = MessageHandler(.console(console), format: format, logLevel: flags.level)
            logFile = nil
        }
        logger = Logger(label: "godwit") { _ in handler }
        drawsProgress = isTerminal && environment["TERM"] != "dumb" && !flags.quiet
    }

    /// The same for a command that goes on with an earlier run, as if its `words` had been given.
    func resuming(_ earlier: Resumption, words: [String]) -> ToolContext {
        var context = self
        context.arguments = words
        context.resumption = earlier
        return context
    }

    /// The same for a command that undoes what an earlier run of it did.
    func undoing(_ earlier: Undoing) -> ToolContext {
        var context = self
        context.undoing = earlier
        return context
    }

    func error(_ text: @autoclosure () -> String, key: ObjectKey? = nil) { log(.error, text, key) }
    func notice(_ text: @autoclosure () -> String, key: ObjectKey? = nil) { log(.notice, text, key) }
    func info(_ text: @autoclosure () -> String, key: ObjectKey? = nil) { log(.info, text, key) }

    /// Says something at `level`, which also tells how important it is.
    func log(_ level: Logger.Level, _ text: () -> String, _ key: ObjectKey?) {
        guard level >= logger.logLevel else { return }
        logger.log(level: level, "\(text())", metadata: key.map { [MessageHandler.keyName: "\($0)"] })
    }

    /// Says `error`; the object that it concerns comes first, as in every message about an object.
    func report(_ error: StorageError) {
        var rest = error
        rest.key = nil
        self.error("\(rest)", key: error.key)
    }
}
