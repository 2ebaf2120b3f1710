// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Godwit
internal import StorageModel

struct MkdirCommand: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "mkdir",
        abstract: "Make a bucket or a directory.",
        discussion:
            "Succeeds when it exists already and is yours. S3 has no directories: there only the bucket is made.",
        aliases: ["mb"])

    @OptionGroup var place: OneLocation
    @OptionGroup(title: "Connect") var connecting: ConnectionFlags
    @OptionGroup(title: "Output") var output: OutputFlags

    func execute(_ context: ToolContext) async throws -> ExitStatus {
        let session = try Session(connecting.sessionOptions(context))
        defer { session.shutdown() }
        let opened = try await session.open(place.location, as: .target, expecting: .prefix)
        guard let backend = opened.backend else { throw ValidationError("\(opened.display) does not name a bucket.") }
        try await backend.createContainer()
        return .done
    }
}
