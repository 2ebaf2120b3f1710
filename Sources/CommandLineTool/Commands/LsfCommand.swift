// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Godwit
internal import StorageModel

struct LsfCommand: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "lsf",
        abstract: "List names in a form for scripts.",
        discussion: """
            As rclone's lsf. --format takes the letters p (path), s (size), t (modification time), h (hash), \
            m (media type) and T (storage class). Times of S3 objects cost a request each.
            """)

    @OptionGroup var place: OneLocation
    @Option(name: [.customShort("F"), .long], help: ArgumentHelp("The fields of a line.", valueName: "letters"))
    var format = "p"
    @Option(name: .shortAndLong, help: ArgumentHelp("What separates fields (default: ';').", valueName: "text"))
    var separator: String?
    @Flag(help: "Write comma-separated values.")
    var csv = false
    @Flag(help: "Put a / before every path.")
    var absolute = false
    @Option(name: .customLong("hash"), help: ArgumentHelp("The hash that h stands for.", valueName: "algorithm"))
    var hash = HashArgument.standard
    @OptionGroup var entries: EntryFlags
    @OptionGroup var flags: ReadingFlags
    @OptionGroup(title: "Output") var output: OutputFlags

    func validate() throws { _ = try layout() }

    private func layout() throws -> LsfFormat {
        guard var layout = LsfFormat(format) else {
            throw ValidationError("--format takes the letters p, s, t, h, m and T; \"\(format)\" has others.")
        }
        layout.isCSV = csv
        layout.separator = separator ?? (csv ? "," : ";")
        layout.isAbsolute = absolute
        return layout
    }

    func execute(_ context: ToolContext) async throws -> ExitStatus {
        let layout = try layout()
        let session = try Session(flags.sessionOptions(context))
        defer { session.shutdown() }
        let completion = EntryCompletion(
            needsTime: layout.fields.contains(.time), needsType: layout.fields.contains(.type))
        let needsHash = layout.fields.contains(.hash)
        let walk = try flags.walk(recursive: entries.recursive, directories: !entries.filesOnly)
        let failures = try await walk.run(session, place.location, context) { items, backend in
            var items = items.filter(entries.shows)
            if let backend { items = await completion.complete(items, in: backend) }
            for item in items {
                var digest: Checksum?
                if needsHash, !item.isDirectory, let backend {
                    digest = try await HashSource(backend: backend).hash(hash.algorithm, of: item.entry)
                }
                try context.standardOutput.line(layout.line(item, hash: digest?.hexadecimal ?? ""))
            }
            try context.standardOutput.flush()
        }
        return failures == 0 ? .done : .someFailed
    }
}
