// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Godwit
internal import StorageModel

struct DeleteCommand: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Delete the objects that the filters select.",
        discussion: "Directories and the bucket stay; purge removes them too. Try --dry-run first.",
        aliases: ["rm"])

    @OptionGroup var place: OneLocation
    @Flag(name: [.customShort("n"), .long, .customLong("dryrun")], help: "Say what would be deleted, delete nothing.")
    var dryRun = false
    @OptionGroup var flags: ListingFlags
    @OptionGroup(title: "Output") var output: OutputFlags

    func execute(_ context: ToolContext) async throws -> ExitStatus {
        let session = try Session(flags.connecting.sessionOptions(context))
        defer { session.shutdown() }
        // Links are deleted as links: never what they point to.
        var walk = try flags.walk(recursive: true)
        walk.links = .keep
        walk.entersBuckets = false
        let deleter = BatchDeleter(context: context, dryRun: dryRun)
        var found = 0, failures = 0
        failures += try await walk.run(session, place.location, context) { items, backend in
            guard let backend else { return }
            let objects = items.filter { !$0.isDirectory }
            found += objects.count
            failures += try await deleter.delete(objects.map { ($0.path, $0.entry) }, in: backend)
        }
        let done = found - failures
        context.notice("\(dryRun ? "dry run: would delete" : "deleted") \(done) of \(found) objects")
        return failures == 0 ? .done : .someFailed
    }
}
