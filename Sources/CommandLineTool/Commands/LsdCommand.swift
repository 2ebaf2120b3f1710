// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Godwit
internal import StorageModel

struct LsdCommand: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "lsd",
        abstract: "List directories, or the buckets of an account.",
        discussion: "As rclone's lsd: size, time and number of entries (-1: unknown), and the name.")

    @OptionGroup var place: OneLocation
    @Flag(name: [.customShort("R"), .long], help: "Descend into directories.")
    var recursive = false
    @OptionGroup var flags: ReadingFlags
    @OptionGroup(title: "Output") var output: OutputFlags

    func execute(_ context: ToolContext) async throws -> ExitStatus {
        let session = try Session(flags.sessionOptions(context))
        defer { session.shutdown() }
        let walk = try flags.walk(recursive: recursive, directories: true)
        let failures = try await walk.run(session, place.location, context) { items, backend in
            var items = items.filter(\.isDirectory)
            if let backend { items = await EntryCompletion(needsTime: true).complete(items, in: backend) }
            for item in items {
                let size = item.isBucket ? -1 : max(0, item.entry.size)
                let time = TimeFormat.local(item.modified ?? ListedItem.unknownTime)
                let fields = "\(DecimalText.right(String(size), 12)) \(time)        -1 "
                try context.standardOutput.line(fields.utf8 + NameText.line(item.path))
            }
            try context.standardOutput.flush()
        }
        return failures == 0 ? .done : .someFailed
    }
}
