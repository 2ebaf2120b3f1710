// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import SyncEngine

#if canImport(Glibc)
    internal import Glibc
#endif

struct ApplyCommand: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "apply",
        abstract: "Carry out a plan, and nothing else.",
        discussion: """
            Each change is made on condition that the source and the target are what they were when the plan was made; an \
            object that is not fails, is left alone, and the exit status is 12. A store that is not known to honour such \
            conditions is refused without --weak-preconditions. An apply that was interrupted can be given again.
            """)

    @Argument(help: "The plan.", completion: .file())
    var file: String
    @Flag(help: "Where a store honours no conditions, look at each object just before it is changed.")
    var weakPreconditions = false
    @Argument(
        parsing: .postTerminator,
        help: ArgumentHelp("The command that made the plan, where secrets were on it.", valueName: "command"))
    var command: [String] = []
    @OptionGroup(title: "Progress") var progress: ProgressFlags
    @OptionGroup(title: "Output") var output: OutputFlags

    func execute(_ context: ToolContext) async throws -> ExitStatus {
        let reader = try PlanReader(file)
        let words = try words(of: reader.header)
        let parsed = try? GodwitCommand.parseAsRoot(LeadingFlags.moved(words))
        guard let command = parsed as? PlanMakeCommand else {
            throw ValidationError("\(Redaction.line(words)) is no command that made this plan.")
        }
        let plan = AppliedPlan(reader, allowsWeakConditions: weakPreconditions)
        var run = try command.applying(plan, reader.header.mode, context)
        run.progress = progress
        return try await run.perform(context)
    }

    private func words(of header: PlanHeader) throws -> [String] {
        guard let recorded = header.arguments, let directory = recorded.first else {
            guard !command.isEmpty else {
                throw ValidationError(
                    "The command that made the plan held secrets, which are stored nowhere: give it again behind --.")
            }
            return command.first == "godwit" ? Array(command.dropFirst()) : command
        }
        guard chdir(directory) == 0 else {
            throw ValidationError("The directory that the plan was made in is not there any more: \(directory)")
        }
        return Array(recorded.dropFirst())
    }
}
