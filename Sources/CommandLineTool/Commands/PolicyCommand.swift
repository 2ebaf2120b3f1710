// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Godwit

struct PolicyCommand: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy",
        abstract: "Print the least IAM policy by which a copy works.",
        discussion: """
            Takes the locations and the flags of the command that it is about: of godwit sync A B --keep-undo it is godwit \
            policy --for sync A B --keep-undo. Nothing is asked of a store. Where both sides sign in the same way there is one \
            policy, else one for each, the source's first. Flags that change no permission change nothing.
            """)

    enum Choice: String, ExpressibleByArgument, CaseIterable, Sendable { case source, target }

    @OptionGroup var locations: TwoLocations
    @OptionGroup(title: "Question") var about: AccessFlags
    @OptionGroup(title: "Delete") var deleting: DeletionFlags
    @OptionGroup var flags: RunFlags
    @Option(help: "Only the policy for this side.")
    var side: Choice?
    @OptionGroup(title: "Output") var output: OutputFlags

    var question: AccessQuestion {
        AccessQuestion(locations: locations, about: about, deleting: deleting, flags: flags)
    }

    func validate() throws { try question.validate() }

    func execute(_ context: ToolContext) async throws -> ExitStatus {
        let (session, access) = try question.ask(context)
        defer { session.shutdown() }
        let (source, target) = (
            side == .target ? [] : access.grants(.source), side == .source ? [] : access.grants(.target)
        )
        if case .either? = access.source.place?.extent, side != .target {
            context.notice(
                "the source may be one object or what is under it, and to find out takes leave to list the bucket: "
                    + "end it in a slash to need less")
        }
        let isOne = source.isEmpty || target.isEmpty || access.source.signer == access.target.signer
        for (name, grants) in isOne ? [("", source + target)] : [("source", source), ("target", target)] {
            if grants.isEmpty { context.notice("there is no store to allow anything") }
            if !name.isEmpty { context.notice("for the credentials of the \(name):") }
            if !grants.isEmpty { try context.standardOutput.write(PolicyText.pretty(PolicyDocument(grants))) }
            try context.standardOutput.flush()
        }
        return .done
    }
}
