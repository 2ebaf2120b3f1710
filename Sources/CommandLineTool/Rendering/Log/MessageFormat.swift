// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import Logging
internal import StorageModel

/// How a message for people becomes a line.
struct MessageFormat: Sendable {
    var isJSON = false
    var isColored = false

    /// The line, without its break. `key` names the object concerned.
    func line(_ level: Logger.Level, _ text: String, key: String?, at time: Timestamp) -> String {
        guard !isJSON else {
            var writer = JSONWriter()
            writer.object { json in
                json.string("time", time.rfc3339(fractionDigits: 6))
                json.string("level", Self.name(level))
                if let key { json.string("key", key) }
                json.string("message", text)
            }
            return String(decoding: writer.bytes, as: UTF8.self)
        }
        let label = DecimalText.left(Self.name(level).uppercased(), 6)
        let colored = isColored ? Self.color(level).map { "\($0)\(label)\u{1b}[0m" } ?? label : label
        let subject = key.map { TerminalText.escaped($0) + ": " } ?? ""
        return "\(TimeFormat.local(time, date: "/")) \(colored): \(subject)\(TerminalText.escaped(text))"
    }

    /// The levels that the command line knows.
    static func name(_ level: Logger.Level) -> String {
        switch level {
        case .trace, .debug: "debug"
        case .info: "info"
        case .notice, .warning: "notice"
        case .error, .critical: "error"
        }
    }

    private static func color(_ level: Logger.Level) -> String? {
        switch level {
        case .error, .critical: "\u{1b}[31m"
        case .notice, .warning: "\u{1b}[33m"
        case .trace, .debug: "\u{1b}[2m"
        case .info: nil
        }
    }
}
