// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Godwit
internal import StorageModel

struct SizeCommand: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "size", abstract: "Count the objects under the location and their bytes.")

    @OptionGroup var place: OneLocation
    @Flag(help: "Write {\"count\":N,\"bytes\":N,\"sizeless\":0}.")
    var json = false
    @OptionGroup var flags: ReadingFlags
    @OptionGroup(title: "Output") var output: OutputFlags

    func execute(_ context: ToolContext) async throws -> ExitStatus {
        let session = try Session(flags.sessionOptions(context))
        defer { session.shutdown() }
        var count = 0, bytes: Int64 = 0
        let failures = try await flags.walk(recursive: true).run(session, place.location, context) { items, _ in
            for item in items where !item.isDirectory {
                count += 1
                bytes += item.entry.size
            }
        }
        if json {
            try context.standardOutput.write("{\"count\":\(count),\"bytes\":\(bytes),\"sizeless\":0}\n")
        } else {
            let short = SizeFormat.count(count)
            let number = short == String(count) ? short : "\(short) (\(count))"
            try context.standardOutput.write("Total objects: \(number)\n")
            try context.standardOutput.write("Total size: \(SizeFormat.bytes(bytes)) (\(bytes) Byte)\n")
        }
        return failures == 0 ? .done : .someFailed
    }
}
