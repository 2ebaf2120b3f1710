// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import StorageModel

#if canImport(Glibc)
    internal import Glibc
#endif

/// The program: parses, runs the command until it ends or is interrupted, and exits.
package enum CommandLineMain {
    package static func run() async -> Never {
        CoreFiles.forbid()
        signal(SIGPIPE, SIG_IGN)
        // It changes a limit of bandwidth; where there is none, or not yet, it must not end the program.
        signal(SIGUSR2, SIG_IGN)
        if let complaint = DescriptorLimit.raise() {
            Console().line("godwit: \(complaint)")
            end(.usage)
        }
        let interruption = Interruption()
        let standardOutput = ByteSink(descriptor: STDOUT_FILENO, name: "standard output")
        let command: any ParsableCommand
        do {
            command = try GodwitCommand.parseAsRoot(LeadingFlags.moved(CommandLine.arguments.dropFirst()))
        } catch {
            end(parsingFailed(error))
        }
        ProcessTitle.wipeSecrets()
        guard let command = command as? any ToolCommand else { end(help(command)) }
        let status = await run(command, standardOutput, interruption)
        end(status)
    }

    /// Ends the process at once, without the libraries' own ends: those would pull what the HTTP loop's thread still
    /// works with from under it.
    private static func end(_ status: ExitStatus) -> Never {
        fflush(nil)
        _exit(status.rawValue)
    }

    private static func run(
        _ command: any ToolCommand, _ standardOutput: ByteSink, _ interruption: Interruption
    ) async -> ExitStatus {
        let context: ToolContext
        do {
            context = try ToolContext(
                command.output, environment: Environment.variables,
                arguments: Array(CommandLine.arguments.dropFirst()), standardOutput: standardOutput)
        } catch {
            Console().line("godwit: \(error)")
            return .usage
        }
        return await withTaskGroup(of: ExitStatus?.self) { group in
            group.addTask { await command.outcome(in: context) }
            group.addTask {
                await interruption.wait()
                return nil
            }
            while let ended = await group.next() {
                // The command settles what is in flight and then says itself how it ended.
                if ended == nil, interruption.occurred { context.notice("interrupted: settling what is in flight") }
                group.cancelAll()
                if let status = ended { return status }
            }
            return .interrupted
        }
    }

    private static func parsingFailed(_ error: any Error) -> ExitStatus {
        let text = GodwitCommand.fullMessage(for: error)
        if GodwitCommand.exitCode(for: error).isSuccess {
            print(text)
            return .done
        }
        Console().line(text)
        return .usage
    }

    /// What the parser itself answers (`godwit help copy`), and commands that only group others: their help, which is
    /// no answer to what was asked and therefore goes to standard error.
    private static func help(_ command: any ParsableCommand) -> ExitStatus {
        var command = command
        do { try command.run() } catch {
            guard command is any SubcommandGroup else {
                print(type(of: command).fullMessage(for: error))
                return .done
            }
            Console().line(GodwitCommand.helpMessage(for: type(of: command)))
        }
        return .usage
    }
}
