// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Godwit
internal import StorageModel
internal import SyncEngine

struct RemoteTestCommand: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Say what the credentials of a remote may do.",
        discussion: """
            Lists the buckets of NAME:, or lists and reads in NAME:bucket. With --write a small object is written, read, \
            tagged, written in parts and deleted again. What is missing is told as a statement to add to a policy. For what \
            a copy between two places needs, see doctor.
            """)

    @OptionGroup var place: OneLocation
    @Flag(help: "Also write, read and delete a small object.")
    var write = false
    @Flag(help: "Write one JSON object a line.")
    var json = false
    @OptionGroup(title: "Connect") var connecting: ConnectionFlags
    @OptionGroup(title: "Output") var output: OutputFlags

    func execute(_ context: ToolContext) async throws -> ExitStatus {
        let session = try Session(connecting.sessionOptions(context))
        defer { session.shutdown() }
        let name = place.location
        let location = name.contains(":") || name.contains("/") ? name : name + ":"
        let examination = Examination(context, json: json, namesSides: false)
        if try session.isAccount(location) {
            try await session.tryListingContainers(of: location, report: examination.add)
            if write { context.notice("name a bucket to test writing") }
        } else {
            let options = SyncOptions(mode: write ? .sync : .check)
            let access = try session.access(of: options, from: location, to: location)
            try await session.tryAccess(
                access, at: location, as: .target, write ? .everything : .looking, report: examination.add)
        }
        return try examination.conclude(isOneSigner: true)
    }
}
