// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Godwit
internal import StorageModel

struct RemoteTestCommand: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Say what the credentials of a remote may do.",
        discussion: """
            Lists the buckets of NAME:, or the objects of NAME:bucket. With --write a small object is written, read and \
            deleted again.
            """)

    @OptionGroup var place: OneLocation
    @Flag(help: "Also write, read and delete a small object.")
    var write = false
    @OptionGroup(title: "Connect") var connecting: ConnectionFlags
    @OptionGroup(title: "Output") var output: OutputFlags

    func execute(_ context: ToolContext) async throws -> ExitStatus {
        let session = try Session(connecting.sessionOptions(context))
        defer { session.shutdown() }
        let name = place.location
        let location = name.contains(":") || name.contains("/") ? name : name + ":"
        let opened = try await session.open(location, as: .target, expecting: .prefix)
        var trial = AccessTrial(output: context.standardOutput)
        if let backend = opened.backend, case .prefix(let prefix) = opened.form {
            try await trial.step("list objects") { () throws(StorageError) in
                _ = try await backend.list(
                    ListRequest(
                        prefix: prefix, delimiter: UInt8(ascii: "/"), order: backend.capabilities.listingOrders[0])
                ).next()
            }
            if write { try await trial.writing(to: backend, under: prefix) }
        } else {
            try await trial.step("list buckets") { () throws(StorageError) in
                _ = try await session.containers(of: location)
            }
            if write { context.notice("name a bucket to test writing") }
        }
        return .worst(of: trial.failures.map { ExitStatus($0) })
    }
}
