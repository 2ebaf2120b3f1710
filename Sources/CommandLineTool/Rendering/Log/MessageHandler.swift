// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import Logging

/// Sends log messages to the console or to `--log-file`.
struct MessageHandler: LogHandler {
    /// The metadata that names the object a message is about.
    static let keyName = "key"

    enum Destination: Sendable {
        case console(Console)
        case file(ByteSink)
    }

    let destination: Destination
    let format: MessageFormat
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]

    init(_ destination: Destination, format: MessageFormat, logLevel: Logger.Level) {
        self.destination = destination
        self.format = format
        self.logLevel = logLevel
    }

    func log(event: LogEvent) {
        let key = event.metadata?[Self.keyName].map { "\($0)" }
        let line = format.line(event.level, "\(event.message)", key: key, at: TimeFormat.now)
        switch destination {
        case .console(let console): console.line(line)
        case .file(let sink):
            // A log that cannot be written must not stop the work it tells of.
            try? sink.write(line + "\n")
            try? sink.flush()
        }
    }

    subscript(metadataKey name: String) -> Logger.Metadata.Value? {
        get { metadata[name] }
        set { metadata[name] = newValue }
    }
}
