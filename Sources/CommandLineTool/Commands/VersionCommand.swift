// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

#if canImport(Glibc)
    internal import Glibc
#endif

struct VersionCommand: ToolCommand {
    static let configuration = CommandConfiguration(commandName: "version", abstract: "Show the version.")

    @OptionGroup(title: "Output") var output: OutputFlags

    func execute(_ context: ToolContext) async throws -> ExitStatus {
        var system = utsname()
        uname(&system)
        func text(_ field: some Any) -> String {
            withUnsafeBytes(of: field) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        }
        try context.standardOutput.write("godwit \(GodwitCommand.version)\n")
        try context.standardOutput.write(
            "- \(text(system.sysname)) \(text(system.release)) \(text(system.machine))\n")
        return .done
    }
}
