// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Godwit
internal import StorageModel

struct LsCommand: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "ls",
        abstract: "List objects with their sizes, everything under the location.",
        discussion: "As rclone's ls. For one level use lsf, for directories lsd; --max-depth bounds the descent.")

    @OptionGroup var place: OneLocation
    @OptionGroup var flags: ReadingFlags
    @OptionGroup(title: "Output") var output: OutputFlags

    func execute(_ context: ToolContext) async throws -> ExitStatus {
        let session = try Session(flags.sessionOptions(context))
        defer { session.shutdown() }
        let failures = try await flags.walk(recursive: true).run(session, place.location, context) { items, _ in
            for item in items where !item.isDirectory {
                let size = DecimalText.right(String(item.entry.size), 9) + " "
                try context.standardOutput.line(size.utf8 + NameText.line(item.path))
            }
            try context.standardOutput.flush()
        }
        return failures == 0 ? .done : .someFailed
    }
}
