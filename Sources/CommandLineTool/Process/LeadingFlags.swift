// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

/// Flags before the command (`godwit --config FILE ls ...`), as rclone allows them.
enum LeadingFlags {
    /// `arguments` with what stands before the command moved behind it.
    static func moved(_ arguments: some Collection<String>) -> [String] {
        let arguments = Array(arguments)
        guard let first = arguments.first, first.hasPrefix("-"), !["-h", "--help", "--version"].contains(first),
            let command = arguments.firstIndex(where: names(of: GodwitCommand.self).contains)
        else { return arguments }
        var end = command + 1
        let groups: [any ParsableCommand.Type] = [RemoteCommand.self, RunsCommand.self, PlanCommand.self]
        if let group = groups.first(where: { $0.configuration.commandName == arguments[command] }),
            end < arguments.count, names(of: group).contains(arguments[end])
        {
            end += 1
        }
        return Array(arguments[command..<end] + arguments[..<command] + arguments[end...])
    }

    private static func names(of command: any ParsableCommand.Type) -> Set<String> {
        var names = Set<String>()
        for subcommand in command.configuration.subcommands {
            if let name = subcommand.configuration.commandName { names.insert(name) }
            names.formUnion(subcommand.configuration.aliases)
        }
        return names
    }
}
