// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Godwit
internal import StorageModel

struct StatCommand: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "stat", abstract: "Show everything that the store says of one object.")

    @OptionGroup var place: OneLocation
    @Flag(help: "Write one JSON object.")
    var json = false
    @OptionGroup(title: "Select") var version: VersionFlags
    @OptionGroup(title: "Connect") var connecting: ConnectionFlags
    @OptionGroup(title: "Output") var output: OutputFlags

    func execute(_ context: ToolContext) async throws -> ExitStatus {
        var options = try connecting.sessionOptions(context)
        version.apply(to: &options)
        let session = try Session(options)
        defer { session.shutdown() }
        let (backend, key, display) = try await SingleObject.open(place.location, in: session)
        var entry = try await backend.stat(key, version: nil)
        for kind in [Attributes.tags, .access] where backend.capabilities.attributes.contains(kind) {
            do throws(StorageError) {
                entry.metadata = try await backend.attributes(of: entry, kind)
            } catch {
                // Who may not see it, or asks a store that lacks it, sees the rest.
                context.info("\(kind.names.joined()) cannot be shown: \(error)")
            }
        }
        if json {
            try context.standardOutput.write(StatFormat.json(entry, display))
        } else {
            for line in StatFormat.lines(entry, display) { try context.standardOutput.write(line + "\n") }
        }
        return .done
    }
}
