// Part of godwit. SPDX-License-Identifier: Apache-2.0

package import StorageModel

/// What a lock file says of the run that holds the lock: for people, never for decisions.
package struct LockHolder: Sendable, Hashable {
    /// Empty where the file does not say.
    package var run: String
    package var pid: Int32?
    package var started: Timestamp?
    /// The command and its arguments; without arguments where they held a secret.
    package var command: String

    init(_ run: RunDescription, _ process: ProcessIdentity) {
        self.run = run.id
        pid = process.number
        started = run.started
        command = ([run.command] + (run.arguments ?? [])).joined(separator: " ")
    }

    /// Reads what ``text`` gave. The file may hold anything.
    init(text: String) {
        (run, command) = ("", "")
        for line in text.split(separator: "\n") {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let value = line[line.index(after: colon)...].drop { $0 == " " }
            switch line[..<colon] {
            case "run": run = TerminalText.escaped(String(value))
            case "pid": pid = Int32(value)
            case "started": started = Timestamp(rfc3339: value.utf8)
            case "command": command = TerminalText.escaped(String(value))
            default: continue
            }
        }
    }

    /// A line a field.
    var text: String {
        var text = "run: \(TerminalText.escaped(run))\n"
        if let pid { text += "pid: \(pid)\n" }
        if let started { text += "started: \(started.rfc3339())\n" }
        // Cut, so that the file stays small; a reader reads its beginning only.
        text += "command: \(TerminalText.escaped(String(command.prefix(2000))))\n"
        return text
    }
}
