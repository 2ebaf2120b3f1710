// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import JournalStore
internal import StorageModel
internal import SyncEngine

/// Earlier runs as people and scripts read them.
enum RunText {
    /// One line of `runs list`.
    static func line(_ run: RecordedRun) -> String {
        let description = run.description
        let state = run.state.rawValue.padding(to: 11), exit = (run.exit.map { "\($0)" } ?? "-").padding(to: 3)
        let places = "\(TerminalText.escaped(description.source)) -> \(TerminalText.escaped(description.target))"
        return "\(description.id)  \(state)  \(exit)  \(description.command.padding(to: 6))  \(places)\n"
    }

    static func json(_ run: RecordedRun) -> [UInt8] {
        let description = run.description
        var writer = JSONWriter()
        writer.object { json in
            json.string("type", "run")
            json.string("run", description.id)
            json.string("state", run.state.rawValue)
            json.string("command", description.command)
            json.string("source", description.source)
            json.string("target", description.target)
            json.string("started", description.started.rfc3339(fractionDigits: 3))
            if let ended = run.ended { json.string("ended", ended.rfc3339(fractionDigits: 3)) }
            if let exit = run.exit { json.number("exit", exit) }
            if let position = run.position { json.key("position", position) }
        }
        writer.endLine()
        return writer.bytes
    }

    /// `runs show`, but for the failures.
    static func details(_ run: RecordedRun, _ contents: RunContents) -> String {
        let description = run.description
        var lines = [
            ("run", description.id), ("command", description.command),
            ("source", TerminalText.escaped(description.source)), ("target", TerminalText.escaped(description.target)),
            ("state", run.state.rawValue + (run.exit.map { ", exit code \($0)" } ?? "")),
            ("started", description.started.rfc3339()),
        ]
        if let ended = run.ended { lines.append(("ended", ended.rfc3339())) }
        if let position = run.position { lines.append(("dealt with up to", TerminalText.escaped("\(position)"))) }
        lines.append(("left to do", "\(contents.pendingActions) actions"))
        if contents.uploads > 0 { lines.append(("unfinished", "\(contents.uploads) uploads")) }
        lines.append(("can be undone", "\(contents.undoRecords) changes"))
        lines.append(("failed", "\(contents.failures) objects"))
        return lines.map { "\($0.0.padding(to: 17))\($0.1)\n" }.joined()
    }

    /// One failure of `runs show`.
    static func line(_ failed: RecordedFailure) -> String {
        var error = failed.failure.error
        error.key = nil
        let attempts = failed.failure.attempts > 1 ? " (\(failed.failure.attempts) attempts)" : ""
        return "  \(TerminalText.escaped("\(failed.failure.key)")): \(error)\(attempts)\n"
    }
}

extension String {
    fileprivate func padding(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
