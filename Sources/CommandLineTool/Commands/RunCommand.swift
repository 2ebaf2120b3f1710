// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

struct RunCommand: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Carry out many commands, one a line, in one process.",
        discussion: """
            A line is a command without the program's name; quotes and backslashes mean what they mean to a shell, and \
            nothing is expanded. Empty lines and those that begin with # are passed over. A command that fails does not \
            keep the next from being tried; the exit status is the worst of all.
            """)

    @Argument(help: "The file of commands; -: standard input.", completion: .file())
    var file: String
    @Option(name: .shortAndLong, help: ArgumentHelp("Carry out so many commands at once.", valueName: "n"))
    var jobs = 1
    @OptionGroup(title: "Output") var output: OutputFlags

    func validate() throws {
        if jobs < 1 { throw ValidationError("--jobs must be at least 1.") }
    }

    func execute(_ context: ToolContext) async throws -> ExitStatus {
        // All lines are read before the first is carried out: what is wrong is said while nothing is done.
        let lines = try CommandLines.parse(TextFile.contents(file), name: file == "-" ? "standard input" : file)
        return await withTaskGroup(of: ExitStatus.self) { group in
            var worst = ExitStatus.done
            for (index, line) in lines.enumerated() {
                if index >= jobs, let ended = await group.next() { worst = .worst(of: [worst, ended]) }
                if Task.isCancelled { return .interrupted }
                group.addTask { await line.outcome(context) }
            }
            for await ended in group { worst = .worst(of: [worst, ended]) }
            return worst
        }
    }
}
