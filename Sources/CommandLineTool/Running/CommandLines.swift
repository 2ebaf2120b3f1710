// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import StorageModel

/// The commands of a file, parsed.
enum CommandLines {
    /// One command, and where it stands.
    struct Line: Sendable {
        /// The file's name and the line's number.
        let place: String
        let words: [String]
        let command: any ToolCommand

        /// Carries the command out, as if it had been given by itself.
        func outcome(_ context: ToolContext) async -> ExitStatus {
            let own: ToolContext
            do {
                own = try ToolContext(
                    command.output, environment: context.environment, arguments: words,
                    standardOutput: context.standardOutput)
            } catch {
                context.error("\(place): \(error)")
                return .usage
            }
            let status = await command.outcome(in: own)
            if status != .done { context.error("\(place) ended with \(status.rawValue): \(Redaction.line(words))") }
            return status
        }
    }

    /// - Throws: a `ValidationError` that names the first line that is no command.
    static func parse(_ text: String, name: String) throws -> [Line] {
        var lines: [Line] = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let place = "\(name):\(index + 1)"
            let words: [String]
            do throws(ShellWords.Unfinished) { words = try ShellWords.split(line) } catch {
                throw ValidationError("\(place): \(error.reason).")
            }
            guard let first = words.first, !first.hasPrefix("#") else { continue }
            lines.append(try parse(first == "godwit" ? Array(words.dropFirst()) : words, place))
        }
        return lines
    }

    private static func parse(_ words: [String], _ place: String) throws -> Line {
        let parsed: any ParsableCommand
        do {
            parsed = try GodwitCommand.parseAsRoot(LeadingFlags.moved(words))
        } catch {
            throw ValidationError("\(place): \(GodwitCommand.message(for: error))")
        }
        guard let command = parsed as? any ToolCommand, !(command is RunCommand) else {
            throw ValidationError("\(place): \(Redaction.line(words)) is no command that can be run from a file.")
        }
        return Line(place: place, words: words, command: command)
    }
}
