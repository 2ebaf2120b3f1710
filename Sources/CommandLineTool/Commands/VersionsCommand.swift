// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Godwit
internal import StorageModel

struct VersionsCommand: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "versions",
        abstract: "List every version and delete marker, the newest of each key first.",
        discussion: """
            A location without a slash at its end means the object of that name, be it deleted, and what is under it. A line \
            has the time of writing, the size, the version's id, `latest` or `-`, and the path; for a delete marker \
            `deleted` stands where the size does.
            """)

    @OptionGroup var place: OneLocation
    @Flag(help: "Write one JSON object a line.")
    var json = false
    @OptionGroup(title: "Connect") var connecting: ConnectionFlags
    @OptionGroup(title: "Output") var output: OutputFlags

    func execute(_ context: ToolContext) async throws -> ExitStatus {
        let session = try Session(connecting.sessionOptions(context))
        defer { session.shutdown() }
        let (backend, prefix) = try await session.openVersions(place.location)
        var request = ListRequest(prefix: prefix, order: backend.capabilities.listingOrders[0])
        request.versions = .all
        let listing = backend.list(request)
        var last: ObjectKey?
        while let page = try await listing.next() {
            for entry in page.entries where Self.belongs(entry.key, to: prefix) {
                let isLatest = entry.key != last
                last = entry.key
                try context.standardOutput.write(json ? Self.json(entry, isLatest) : Self.line(entry, isLatest))
            }
            try context.standardOutput.flush()
        }
        return .done
    }

    /// Whether `key` is the one that was named, or under it.
    private static func belongs(_ key: ObjectKey, to prefix: ObjectKey) -> Bool {
        prefix.isRoot || prefix.isDirectoryMarker || key == prefix || key.isBelow(prefix)
    }

    private static func line(_ entry: Entry, _ isLatest: Bool) -> [UInt8] {
        let size = entry.kind == .deleteMarker ? "deleted" : String(entry.size)
        let fields = [
            entry.written?.rfc3339() ?? "-", DecimalText.right(size, 12), entry.version ?? "null",
            isLatest ? "latest" : "-",
        ]
        return Array((fields.joined(separator: " ") + " ").utf8) + NameText.line(entry.key) + [UInt8(ascii: "\n")]
    }

    private static func json(_ entry: Entry, _ isLatest: Bool) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { json in
            json.key("key", entry.key)
            json.string("version", entry.version ?? "null")
            json.boolean("latest", isLatest)
            json.boolean("deleted", entry.kind == .deleteMarker)
            if let time = entry.written { json.string("written", time.rfc3339(fractionDigits: 3)) }
            if entry.kind == .object {
                json.number("size", entry.size)
                if let tag = entry.tag { json.string("etag", tag.text) }
                if let storageClass = entry.storageClass { json.string("storage_class", storageClass) }
            }
        }
        writer.endLine()
        return writer.bytes
    }
}
