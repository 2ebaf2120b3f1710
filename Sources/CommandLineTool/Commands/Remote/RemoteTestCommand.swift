// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Godwit
internal import Settings
internal import StorageModel
internal import SyncEngine

struct RemoteTestCommand: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Say what the credentials of a remote may do, and what its store does.",
        discussion: """
            Lists the buckets of NAME:, or lists and reads in NAME:bucket. With --write a small object is written, read, \
            tagged, written in parts and deleted again. What is missing is told as a statement to add to a policy. For what \
            a copy between two places needs, see doctor.

            With --probe small objects, which are removed again, also find out what the store does: in which order it lists, \
            which conditions it honours, what objects keep and what copies take over. Each is told as an option of the \
            remote; --save writes those that are other than was assumed to the configuration.
            """)

    @OptionGroup var place: OneLocation
    @Flag(help: "Also write, read and delete a small object, and probe a store of an unknown make.")
    var write = false
    @Flag(help: "Also find out by small objects what the store does.")
    var probe = false
    @Flag(help: "Write what the probe finds to the remote's configuration; implies --probe.")
    var save = false
    @Flag(help: "Write one JSON object a line.")
    var json = false
    @OptionGroup(title: "Connect") var connecting: ConnectionFlags
    @OptionGroup(title: "Output") var output: OutputFlags

    func execute(_ context: ToolContext) async throws -> ExitStatus {
        let session = try Session(connecting.sessionOptions(context))
        defer { session.shutdown() }
        let name = place.location
        let location = name.contains(":") || name.contains("/") ? name : name + ":"
        let saved = save ? try SavedOptions(of: location, connecting, context) : nil
        let examination = Examination(context, json: json, namesSides: false)
        guard try !session.isAccount(location) else {
            if probe || save { throw ValidationError("Name a bucket to probe in, as in \(location)BUCKET.") }
            try await session.tryListingContainers(of: location, report: examination.add)
            if write { context.notice("name a bucket to test writing") }
            return try examination.conclude(isOneSigner: true)
        }
        let writes = write || probe || save
        let options = SyncOptions(mode: writes ? .sync : .check)
        let access = try session.access(of: options, from: location, to: location)
        try await session.tryAccess(
            access, at: location, as: .target, writes ? .everything : .looking, report: examination.add)
        if try probe || save || write && !session.knowsStore(of: location) {
            if examination.isClean {
                try await findTraits(of: location, session, saved, examination, context)
            } else {
                context.notice("what the store does was not tried: what is refused comes before it")
            }
        }
        return try examination.conclude(isOneSigner: true)
    }

    private func findTraits(
        of location: String, _ session: Session, _ saved: SavedOptions?, _ examination: Examination,
        _ context: ToolContext
    ) async throws {
        var news: [RemoteOption] = []
        let left = try await session.probe(location) { trait in
            examination.add(trait)
            if let value = trait.news { news.append(RemoteOption(trait.option, value)) }
        }
        for key in left {
            context.notice("\(TerminalText.escaped(key.description)) stays behind, and is to be removed by who may")
        }
        if let saved {
            news.isEmpty ? context.notice("nothing is to be saved: all is as assumed") : try saved.save(news, context)
        } else if !news.isEmpty {
            context.notice("the store does some things in another way than was assumed; --save keeps that")
        }
    }
}
