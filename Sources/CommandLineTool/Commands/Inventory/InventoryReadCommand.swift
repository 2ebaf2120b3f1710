// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Godwit
internal import Replication
internal import StorageModel

struct InventoryReadCommand: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "read",
        abstract: "Show the rows of an inventory.",
        discussion: """
            Every row of every file, in no order: the time of writing, the size, the version's id where the inventory has \
            versions, and the key. LOC is its manifest.json.
            """)

    @OptionGroup var place: OneLocation
    @Flag(help: "Write one JSON object a line.")
    var json = false
    @OptionGroup(title: "Connect") var connecting: ConnectionFlags
    @OptionGroup(title: "Output") var output: OutputFlags

    func execute(_ context: ToolContext) async throws -> ExitStatus {
        let session = try Session(connecting.sessionOptions(context))
        defer { session.shutdown() }
        let inventory = try await session.inventory(place.location)
        let rows = inventory.rows(), bucket = inventory.manifest.sourceBucket
        var status = ExitStatus.done
        while let page = try await rows.next() {
            for issue in page.issues {
                context.report(issue.error)
                status = .someFailed
            }
            for row in page.rows {
                try context.standardOutput.write(json ? Self.json(row, of: bucket) : Self.line(row))
            }
            try context.standardOutput.flush()
        }
        return status
    }

    private static func line(_ row: InventoryRow) -> [UInt8] {
        let entry = row.entry
        var fields = [
            entry.written?.rfc3339() ?? "-",
            DecimalText.right(row.isDeleteMarker ? "deleted" : String(entry.size), 12),
        ]
        if let version = entry.version { fields.append(version) }
        return Array((fields.joined(separator: " ") + " ").utf8) + NameText.line(entry.key) + [UInt8(ascii: "\n")]
    }

    private static func json(_ row: InventoryRow, of bucket: String) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { json in
            json.string("bucket", bucket)
            json.key("key", row.entry.key)
            if let version = row.entry.version { json.string("version", version) }
            json.boolean("latest", row.isLatest)
            json.boolean("deleted", row.isDeleteMarker)
            if let time = row.entry.written { json.string("written", time.rfc3339(fractionDigits: 3)) }
            if !row.isDeleteMarker { json.number("size", row.entry.size) }
            if let tag = row.entry.tag { json.string("etag", tag.text) }
            if let storageClass = row.entry.storageClass { json.string("storage_class", storageClass) }
        }
        writer.endLine()
        return writer.bytes
    }
}
