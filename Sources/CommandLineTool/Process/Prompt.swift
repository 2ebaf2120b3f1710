// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

#if canImport(Glibc)
    internal import Glibc
#endif

/// Questions to the person at the terminal; they go to standard error, so that standard output stays clean.
enum Prompt {
    /// Asks for `name`, with `standard` for an empty answer.
    /// - Throws: a `ValidationError` when nobody can answer.
    static func line(_ name: String, standard: String = "") throws -> String {
        ask(standard.isEmpty ? "\(name): " : "\(name) [\(standard)]: ")
        guard let answer = readLine() else { throw ValidationError("No answer for \(name): standard input has ended.") }
        return answer.isEmpty ? standard : answer
    }

    /// Asks for `name` without showing the answer.
    static func secret(_ name: String) throws -> String {
        var shown = termios()
        let isTerminal = tcgetattr(STDIN_FILENO, &shown) == 0
        if isTerminal {
            var hidden = shown
            hidden.c_lflag &= ~tcflag_t(ECHO)
            tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden)
        }
        defer {
            if isTerminal {
                tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown)
                ask("\n")
            }
        }
        return try line(name)
    }

    private static func ask(_ text: String) {
        var text = text
        text.withUTF8 { _ = write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}
