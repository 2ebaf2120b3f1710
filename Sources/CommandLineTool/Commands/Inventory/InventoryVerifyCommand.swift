// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Godwit
internal import Replication
internal import StorageModel

struct InventoryVerifyCommand: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Prove that an inventory is whole.",
        discussion: """
            Reads every file and proves it by the size and the MD5 that the manifest says, and the manifest by its \
            manifest.checksum. LOC is its manifest.json. A row that says nothing that can be used is told, with exit code 6.
            """)

    @OptionGroup var place: OneLocation
    @OptionGroup(title: "Connect") var connecting: ConnectionFlags
    @OptionGroup(title: "Output") var output: OutputFlags

    func execute(_ context: ToolContext) async throws -> ExitStatus {
        let session = try Session(connecting.sessionOptions(context))
        defer { session.shutdown() }
        let inventory = try await session.inventory(place.location)
        let rows = inventory.rows()
        var (current, others, unusable) = (0, 0, 0)
        var bytes: Int64 = 0
        while let page = try await rows.next() {
            for issue in page.issues { context.report(issue.error) }
            unusable += page.issues.count
            for row in page.rows {
                let isCurrent = row.isLatest && !row.isDeleteMarker
                (current, others) = isCurrent ? (current + 1, others) : (current, others + 1)
                if isCurrent { bytes += row.entry.size }
            }
        }
        let manifest = inventory.manifest
        let time = manifest.created.map { " at \($0.rfc3339())" } ?? ""
        var line =
            "\(TerminalText.escaped(manifest.sourceBucket))\(time): \(current) objects (\(SizeFormat.bytes(bytes)))"
        if others > 0 { line += ", \(others) earlier versions and delete markers" }
        try context.standardOutput.write("\(line), in \(manifest.files.count) files\n")
        guard unusable > 0 else { return .done }
        context.error("\(unusable) rows say nothing that can be used")
        return .someFailed
    }
}
