// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Godwit
internal import StorageModel

struct TreeCommand: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "tree", abstract: "Draw what is under the location as a tree.",
        discussion: "As rclone's tree, names that begin with a dot are left out without --all.")

    @OptionGroup var place: OneLocation
    @Flag(name: .shortAndLong, help: "Also show names that begin with a dot.")
    var all = false
    @Flag(name: .shortAndLong, help: "Show directories only.")
    var dirsOnly = false
    @Flag(name: .shortAndLong, help: "Show sizes in bytes.")
    var size = false
    @Option(help: ArgumentHelp("Draw N levels.", valueName: "n"))
    var level: Int?
    @Flag(help: "Leave the closing count out.")
    var noreport = false
    @OptionGroup var flags: ReadingFlags
    @OptionGroup(title: "Output") var output: OutputFlags

    func execute(_ context: ToolContext) async throws -> ExitStatus {
        let session = try Session(flags.sessionOptions(context))
        defer { session.shutdown() }
        var drawing = TreeDrawing(showsSizes: size)
        let walk = try flags.walk(recursive: true, directories: true)
        let failures = try await walk.run(session, place.location, context) { items, _ in
            for item in items where (item.isDirectory || !dirsOnly) && (all || !Self.isHidden(item.path)) {
                drawing.add(item.path, isDirectory: item.isDirectory, size: item.isDirectory ? 0 : item.entry.size)
            }
        }
        let drawn = drawing.drawn(level: level)
        for line in drawn.lines { try context.standardOutput.line(line) }
        if !noreport {
            let files = dirsOnly ? "" : ", \(drawn.files) files"
            try context.standardOutput.write("\n\(drawn.directories) directories\(files)\n")
        }
        return failures == 0 ? .done : .someFailed
    }

    private static func isHidden(_ path: ObjectKey) -> Bool {
        let bytes = path.bytes.array
        return zip([UInt8(ascii: "/")] + bytes, bytes).contains { $0 == UInt8(ascii: "/") && $1 == UInt8(ascii: ".") }
    }
}
