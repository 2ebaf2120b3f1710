// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import JournalStore

#if canImport(Glibc)
    internal import Glibc
#endif

/// The command of an earlier run, parsed again, in the directory that it was given in.
struct EarlierCommand {
    let words: [String]
    let command: any ToolCommand

    /// The command of `run` from the journal, or, where that holds none, as it is `given` again.
    init(_ run: RecordedRun, given: [String]) throws {
        let id = run.description.id
        if let recorded = run.description.arguments, let directory = recorded.first {
            guard chdir(directory) == 0 else {
                throw ValidationError("The working directory of \(id) is not there any more: \(directory)")
            }
            words = Array(recorded.dropFirst())
        } else {
            guard !given.isEmpty else {
                throw ValidationError(
                    "The command line of \(id) held secrets, which are stored nowhere: give it again behind --.")
            }
            words = given.first == "godwit" ? Array(given.dropFirst()) : given
        }
        let parsed = try GodwitCommand.parseAsRoot(LeadingFlags.moved(words))
        guard let command = parsed as? any ToolCommand, Self.isRun(parsed) else {
            throw ValidationError("\(words.joined(separator: " ")) is no command that \(id) could have been.")
        }
        self.command = command
    }

    private static func isRun(_ command: any ParsableCommand) -> Bool {
        let runs: [any ParsableCommand.Type] = [
            CopyCommand.self, SyncCommand.self, MoveCommand.self, CopytoCommand.self, MovetoCommand.self,
            CpCommand.self, MvCommand.self,
        ]
        return runs.contains { $0 == type(of: command) }
    }

    /// The value of an option, as `NAME VALUE` or `NAME=VALUE`; the last counts.
    func value(of name: String) -> String? {
        var found: String?
        for (index, word) in words.enumerated() {
            if word == name, index + 1 < words.count { found = words[index + 1] }
            if word.hasPrefix(name + "=") { found = String(word.dropFirst(name.count + 1)) }
        }
        return found
    }
}
