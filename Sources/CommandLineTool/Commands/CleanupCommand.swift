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
            whatever their age; those of others only with --max-age or --all. What --keep-undo kept goes after 30 days. With \
            --keep-versions or --version-max-age (with both, where both allow it) old versions go too, and delete markers \
            with nothing left below them; what is current stays.
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
    @Option(
        help: ArgumentHelp(
            "Also delete old versions of each key for good, beyond the N newest of them.", valueName: "n"))
    var keepVersions: Int?
    @Option(
        help: ArgumentHelp(
            "Also delete old versions for good that were replaced longer ago than this.", valueName: "duration"))
    var versionMaxAge: DurationArgument?
    @Flag(name: [.customShort("n"), .long, .customLong("dryrun")], help: "Say what would be done, change nothing.")
    var dryRun = false
    @OptionGroup(title: "Connect") var connecting: ConnectionFlags
    @OptionGroup(title: "Output") var output: OutputFlags

    func validate() throws {
        if let keepVersions, keepVersions < 0 { throw ValidationError("--keep-versions must be at least 0.") }
        if all, maxAge != nil { throw ValidationError("--max-age says more than --all: give one of them.") }
    }

    func execute(_ context: ToolContext) async throws -> ExitStatus {
        let session = try Session(connecting.sessionOptions(context))
        defer { session.shutdown() }
        let broom = Broom(
            session: session, context: context, journal: try RunHistory.open(context),
            foreignAge: maxAge?.duration ?? (all ? .seconds(86_400) : nil),
            undoAge: undoMaxAge?.duration ?? .seconds(30 * 86_400), dryRun: dryRun)
        let versions = try await sweepVersions(session, context)
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
        return swept.failures + versions == 0 ? .done : .someFailed
    }

    /// Returns how many versions could not be deleted.
    private func sweepVersions(_ session: Session, _ context: ToolContext) async throws -> Int {
        guard keepVersions != nil || versionMaxAge != nil else { return 0 }
        let (backend, prefix) = try await session.openVersions(place.location)
        let broom = VersionBroom(
            context: context, keep: keepVersions ?? 0, age: versionMaxAge?.duration ?? .zero, dryRun: dryRun)
        let (removed, failures) = try await broom.sweep(backend, prefix)
        context.notice("\(dryRun ? "dry run: would delete" : "deleted") \(removed) old versions and delete markers")
        return failures
    }
}
