// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Godwit
internal import SyncEngine

struct CheckCommand: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Compare two locations, change nothing.",
        discussion: "Exits with 1 on any difference. What has nothing comparable under --checksum counts as different.")

    @OptionGroup var locations: TwoLocations
    @Flag(help: "Do not report what only the target has.")
    var oneWay = false
    @Flag(help: "Read both sides whole, whatever checksums the stores offer.")
    var download = false
    @OptionGroup(title: "Lists") var files: CheckFileFlags
    @OptionGroup(title: "Compare") var comparing: ComparisonFlags
    @OptionGroup(title: "Select") var selecting: SelectionFlags
    @OptionGroup(title: "Select") var links: LinkFlags
    @OptionGroup(title: "Select") var inventory: InventoryFlags
    @OptionGroup(title: "Select") var history: HistoryFlags
    @OptionGroup(title: "Run") var schedule: ScheduleFlags
    @OptionGroup(title: "S3") var source: SourceFlags
    @OptionGroup(title: "Connect") var connecting: ConnectionFlags
    @OptionGroup(title: "Progress") var progress: ProgressFlags
    @OptionGroup(title: "Output") var output: OutputFlags

    func validate() throws {
        if download, comparing.sizeOnly || comparing.compare != nil || comparing.exactTimestamps {
            throw ValidationError("--download compares contents: drop --size-only, --compare, --exact-timestamps.")
        }
        if progress.json, files.usesStandardOutput {
            throw ValidationError("--json and a list on standard output (-) would be mixed up: write one to a file.")
        }
    }

    func execute(_ context: ToolContext) async throws -> ExitStatus {
        var options = SyncOptions(mode: .check)
        options.comparing = comparing.options
        options.comparing.oneWay = oneWay
        options.comparing.readsContent = download
        try selecting.apply(to: &options, environment: context.environment)
        options.links = links.policy
        schedule.apply(to: &options)
        try history.apply(to: &options)
        try inventory.confirm(options, source.version)
        var session = try connecting.sessionOptions(context)
        source.apply(to: &session)
        schedule.apply(to: &session)
        session.links = links.policy
        let run = Run(
            source: locations.source, target: locations.target, naming: .found, sync: options, session: session,
            progress: progress,
            checkFiles: try CheckFiles(files), inventory: inventory.sourceInventory)
        return try await run.perform(context)
    }
}
