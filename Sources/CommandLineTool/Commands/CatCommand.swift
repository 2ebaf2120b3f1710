// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Godwit
internal import StorageModel

struct CatCommand: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "cat",
        abstract: "Write objects to standard output.",
        discussion: "A directory or prefix means all objects under it. Offsets and counts hold for each object.")

    @Argument(help: "Objects or prefixes.", completion: .file())
    var locations: [String]
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Begin at this byte; negative: this many before the end.", valueName: "n"))
    var offset: Int64?
    @Option(help: ArgumentHelp("Write at most N bytes.", valueName: "n"))
    var count: Int64?
    @Option(help: ArgumentHelp("Write the first N bytes.", valueName: "n"))
    var head: Int64?
    @Option(help: ArgumentHelp("Write the last N bytes.", valueName: "n"))
    var tail: Int64?
    @OptionGroup var flags: ReadingFlags
    @OptionGroup(title: "Output") var output: OutputFlags

    func validate() throws {
        if head != nil, tail != nil { throw ValidationError("--head and --tail contradict each other.") }
        if head ?? tail != nil, offset != nil || count != nil {
            throw ValidationError("--head and --tail contradict --offset and --count.")
        }
        for value in [count, head, tail] {
            if let value, value < 0 { throw ValidationError("A number of bytes cannot be negative.") }
        }
    }

    func execute(_ context: ToolContext) async throws -> ExitStatus {
        let session = try Session(flags.sessionOptions(context))
        defer { session.shutdown() }
        let walk = try flags.walk(recursive: true)
        let window = ByteWindow(offset: tail.map { -$0 } ?? offset ?? 0, count: head ?? count)
        var failures = 0, objects = 0
        for location in locations {
            failures += try await walk.run(session, location, context) { items, backend in
                guard let backend else { return }
                for item in items where !item.isDirectory {
                    objects += 1
                    try await window.write(item.entry, of: backend, to: context.standardOutput)
                }
            }
        }
        if objects == 0, failures == 0 {
            throw StorageError(
                .notFound, during: .read, at: Redaction.location(locations.joined(separator: " ")),
                message: "no object there")
        }
        return failures == 0 ? .done : .someFailed
    }
}
