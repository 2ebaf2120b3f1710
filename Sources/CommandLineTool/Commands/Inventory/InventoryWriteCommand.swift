// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Godwit
internal import Replication
internal import Settings
internal import StorageModel

struct InventoryWriteCommand: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "write",
        abstract: "Write an inventory of what is at SOURCE under TARGET.",
        discussion: """
            Lists SOURCE once and writes TARGET/BUCKET/ID/data/....csv.gz, then TARGET/BUCKET/ID/TIME/manifest.json, and \
            last of all manifest.checksum, as S3 Inventory does, for stores that have none. Prints where the manifest is.
            """)

    @OptionGroup var locations: TwoLocations
    @Option(help: "The inventory's name, as a part of its place (default: godwit).")
    var id = "godwit"
    @OptionGroup(title: "Connect") var connecting: ConnectionFlags
    @OptionGroup(title: "S3") var source: SourceFlags
    @OptionGroup(title: "Output") var output: OutputFlags

    func validate() throws {
        let isName =
            !id.isEmpty
            && id.utf8.allSatisfy { 48...57 ~= $0 || 65...90 ~= $0 || 97...122 ~= $0 || [45, 46, 95].contains($0) }
        guard isName, !id.hasPrefix(".") else {
            throw ValidationError("--id takes letters, digits, '-', '.' and '_': \"\(id)\" is none.")
        }
    }

    func execute(_ context: ToolContext) async throws -> ExitStatus {
        var options = try connecting.sessionOptions(context)
        source.apply(to: &options)
        let session = try Session(options)
        defer { session.shutdown() }
        let written = try await session.writeInventory(of: locations.source, id: id, to: locations.target)
        var place = Redaction.location(locations.target)
        if !place.hasSuffix("/") { place += "/" }
        try context.standardOutput.write(
            Array(place.utf8) + NameText.line(written.manifest) + [UInt8(ascii: "\n")])
        context.notice("\(written.rows) objects in \(written.files) files (\(SizeFormat.bytes(written.bytes)))")
        return .done
    }
}
