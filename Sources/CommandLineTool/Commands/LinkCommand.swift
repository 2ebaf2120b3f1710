// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Godwit

struct LinkCommand: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "link",
        abstract: "Write a URL by which anybody can read one object for a while.",
        aliases: ["presign"])

    @OptionGroup var place: OneLocation
    @Option(
        name: [.long, .customLong("expires-in")],
        help: ArgumentHelp("How long the URL works, at most 7 days (default: 1h).", valueName: "duration"))
    var expire: DurationArgument?
    @OptionGroup(title: "Connect") var connecting: ConnectionFlags
    @OptionGroup(title: "Output") var output: OutputFlags

    func validate() throws {
        guard let expire else { return }
        if expire.duration < .seconds(1) || expire.duration > .seconds(7 * 86_400) {
            throw ValidationError("--expire must be between 1s and 7d, as S3 allows no more.")
        }
    }

    func execute(_ context: ToolContext) async throws -> ExitStatus {
        let session = try Session(connecting.sessionOptions(context))
        defer { session.shutdown() }
        let url = try await session.presign(place.location, expires: expire?.duration ?? .seconds(3600))
        try context.standardOutput.write(url + "\n")
        return .done
    }
}
