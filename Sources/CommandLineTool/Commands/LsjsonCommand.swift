// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Godwit
internal import StorageModel

struct LsjsonCommand: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "lsjson",
        abstract: "List names, sizes and times as JSON.",
        discussion: """
            As rclone's lsjson. Times and media types of S3 objects cost a request each; --no-modtime and --no-mimetype \
            together avoid them.
            """)

    @OptionGroup var place: OneLocation
    @Flag(help: "Show hashes; files are read for them.")
    var hash = false
    @Option(help: ArgumentHelp("Only this hash; may be repeated.", valueName: "algorithm"))
    var hashType: [HashArgument] = []
    @Flag(help: "Do not show times.")
    var noModtime = false
    @Flag(help: "Do not show media types.")
    var noMimetype = false
    @OptionGroup var entries: EntryFlags
    @OptionGroup var flags: ReadingFlags
    @OptionGroup(title: "Output") var output: OutputFlags

    func execute(_ context: ToolContext) async throws -> ExitStatus {
        let session = try Session(flags.sessionOptions(context))
        defer { session.shutdown() }
        let layout = LsjsonFormat(showsTime: !noModtime, showsType: !noMimetype)
        let completion = EntryCompletion(needsTime: !noModtime, needsType: !noMimetype)
        let walk = try flags.walk(recursive: entries.recursive, directories: !entries.filesOnly)
        var separator = "\n"
        try context.standardOutput.write("[")
        let failures = try await walk.run(session, place.location, context) { items, backend in
            var items = items.filter(entries.shows)
            if let backend { items = await completion.complete(items, in: backend) }
            for item in items {
                let hashes = try await hashes(of: item, in: backend)
                try context.standardOutput.write(separator)
                try context.standardOutput.write(layout.object(item, hashes: hashes))
                separator = ",\n"
            }
            try context.standardOutput.flush()
        }
        try context.standardOutput.write("\n]\n")
        return failures == 0 ? .done : .someFailed
    }

    private func hashes(of item: ListedItem, in backend: (any Backend)?) async throws -> [Checksum] {
        guard hash || !hashType.isEmpty, !item.isDirectory, let backend else { return [] }
        let source = HashSource(backend: backend)
        let wanted = hashType.isEmpty ? source.offered : hashType.map(\.algorithm)
        var hashes: [Checksum] = []
        for algorithm in wanted {
            if let hash = try await source.hash(algorithm, of: item.entry) { hashes.append(hash) }
        }
        return hashes
    }
}
