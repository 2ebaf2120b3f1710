// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Godwit
internal import SyncEngine

struct CleanupCommand: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "cleanup",
        abstract: "Abort uploads that were never finished, remove temporary files and what was kept for an undo.",
        discussion: """
            Unfinished uploads are invisible in listings but cost storage. Those that runs of this machine left are aborted \
            whatever their age; those of others only with --max-age or --all. What --keep-undo kept goes after 30 days.
            """)

    @OptionGroup var place: OneLocation
    @Option(
        help: ArgumentHelp(
            "Also what others began, longer ago than this.", valueName: "duration"))
    var maxAge: DurationArgument?
    @Flag(help: "Also what others began, longer ago than 24h.")
    var all = false
    @Option(
        help: ArgumentHelp(
            "Remove what was kept for an undo longer ago than this (default: 30d).", valueName: "duration"))
    var undoMaxAge: DurationArgument?
    @Flag(name: [.customShort("n"), .long, .customLong("dryrun")], help: "Say what would be done, change nothing.")
    var dryRun = false
    @OptionGroup(title: "Connect") var connecting: ConnectionFlags
    @OptionGroup(title: "Output") var output: OutputFlags

    func validate() throws {
        if all, maxAge != nil { throw ValidationError("--max-age says more than --all: give one of them.") }
    }

    func execute(_ context: ToolContext) async throws -> ExitStatus {
        let session = try Session(connecting.sessionOptions(context))
        defer { session.shutdown() }
        let broom = Broom(
            session: session, context: context, journal: try RunHistory.open(context),
            foreignAge: maxAge?.duration ?? (all ? .seconds(86_400) : nil),
            undoAge: undoMaxAge?.duration ?? .seconds(30 * 86_400), dryRun: dryRun)
        let opened = try await session.open(place.location, as: .source, expecting: .prefix)
        var swept = Broom.Swept()
        if case .account = opened.form {
            for container in try await session.containers(of: place.location) {
                swept += try await broom.sweep(
                    session.open("\(place.location)\(container.name)/", as: .source, expecting: .prefix))
            }
        } else {
            swept = try await broom.sweep(opened)
        }
        let verb = dryRun ? "dry run: would abort" : "aborted"
        context.notice(
            "\(verb) \(swept.uploads) unfinished uploads\(swept.kept > 0 ? ", removed \(swept.kept) kept objects" : "")"
        )
        if swept.left > 0 {
            context.notice("\(swept.left) uploads are not known to be godwit's and stay; --all aborts old ones")
        }
        return swept.failures == 0 ? .done : .someFailed
    }
}
