// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Godwit
internal import SyncEngine

struct DoctorCommand: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Try what a copy needs on both sides, and say what is missing.",
        discussion: """
            Takes the locations and the flags of the command that it is about: of godwit sync A B --preserve acl it is godwit \
            doctor --for sync A B --preserve acl. One object of the source is read; at the target a small object is written, \
            read and deleted again. With --dry-run nothing is written. At the end stands what to add to a policy. Flags that \
            change no permission change nothing.
            """)

    @OptionGroup var locations: TwoLocations
    @OptionGroup(title: "Question") var about: AccessFlags
    @OptionGroup(title: "Delete") var deleting: DeletionFlags
    @OptionGroup var flags: RunFlags
    @OptionGroup(title: "Output") var output: OutputFlags

    var question: AccessQuestion {
        AccessQuestion(locations: locations, about: about, deleting: deleting, flags: flags)
    }

    func validate() throws { try question.validate() }

    func execute(_ context: ToolContext) async throws -> ExitStatus {
        // Whoever waits for a diagnosis does not wait for a store to come back.
        let (session, access) = try question.ask(context, attemptsMax: 3)
        defer { session.shutdown() }
        let isDry = flags.transfer.dryRun || about.purpose == .check
        let examination = Examination(context, json: flags.progress.json, namesSides: true)
        let bytes = try await session.tryAccess(
            access, at: locations.source, as: .source, .reading(moves: access.mode == .move),
            report: examination.add)
        try await session.tryAccess(
            access, at: locations.target, as: .target, isDry ? .looking : .writing, wanted: bytes,
            report: examination.add)
        return try examination.conclude(isOneSigner: access.source.signer == access.target.signer)
    }
}
