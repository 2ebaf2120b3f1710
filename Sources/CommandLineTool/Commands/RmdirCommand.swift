// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Godwit
internal import StorageModel

struct RmdirCommand: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "rmdir",
        abstract: "Remove an empty bucket or directory.",
        discussion: "What is not empty is refused and stays; purge removes content too.",
        aliases: ["rb"])

    @OptionGroup var place: OneLocation
    @OptionGroup(title: "Connect") var connecting: ConnectionFlags
    @OptionGroup(title: "Output") var output: OutputFlags

    func execute(_ context: ToolContext) async throws -> ExitStatus {
        let session = try Session(connecting.sessionOptions(context))
        defer { session.shutdown() }
        let opened = try await session.open(place.location, as: .target, expecting: .prefix)
        guard let backend = opened.backend, case .prefix(let prefix) = opened.form else {
            throw ValidationError("\(opened.display) does not name a bucket or a directory.")
        }
        try await backend.removeContainer(prefix)
        return .done
    }
}
