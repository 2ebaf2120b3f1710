// Part of godwit. SPDX-License-Identifier: Apache-2.0

public import ArgumentParser

extension CompletionShell: @retroactive ExpressibleByArgument {}

struct CompletionCommand: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "completion",
        abstract: "Write the completion script for a shell: bash, zsh or fish.",
        discussion: "For bash: godwit completion bash > ~/.local/share/bash-completion/completions/godwit")

    @Argument(help: "The shell: bash, zsh or fish.")
    var shell: CompletionShell
    @OptionGroup(title: "Output") var output: OutputFlags

    func execute(_ context: ToolContext) async throws -> ExitStatus {
        try context.standardOutput.write(GodwitCommand.completionScript(for: shell) + "\n")
        return .done
    }
}
