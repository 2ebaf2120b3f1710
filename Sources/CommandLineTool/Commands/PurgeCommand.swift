// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Godwit
internal import StorageModel

struct PurgeCommand: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "purge",
        abstract: "Delete everything under the location, and the location itself.",
        discussion: "Filters do not apply. A whole bucket is removed with its content. Try --dry-run first.")

    @OptionGroup var place: OneLocation
    @Flag(name: [.customShort("n"), .long, .customLong("dryrun")], help: "Say what would be deleted, delete nothing.")
    var dryRun = false
    @OptionGroup(title: "Connect") var connecting: ConnectionFlags
    @OptionGroup(title: "Output") var output: OutputFlags

    func execute(_ context: ToolContext) async throws -> ExitStatus {
        let session = try Session(connecting.sessionOptions(context))
        defer { session.shutdown() }
        let opened = try await session.open(place.location, as: .source)
        guard let backend = opened.backend, case .prefix(let prefix) = opened.form else {
            throw ValidationError("\(opened.display) is not a directory, prefix or bucket; delete removes one object.")
        }
        let order = backend.capabilities.listingOrders[0]
        let listing = backend.list(ListRequest(prefix: prefix, order: order, includesDirectories: true, links: .keep))
        let deleter = BatchDeleter(context: context, dryRun: dryRun)
        var trail = DirectoryTrail(isOrdered: order != .unordered)
        var directories: [ObjectKey] = []
        var failures = 0
        while let page = try await listing.next() {
            for issue in page.issues where issue.severity != .notice { context.report(issue.error) }
            for entry in page.entries { directories += trail.enter(entry.key.dropFirst(prefix.bytes.count)) }
            let objects = page.entries.filter { $0.kind != .directory }
            failures += try await deleter.delete(
                objects.map { ($0.key.dropFirst(prefix.bytes.count), $0) }, in: backend)
        }
        if !dryRun, failures == 0 { try await removeDirectories(directories, under: prefix, in: backend) }
        return failures == 0 ? .done : .someFailed
    }

    /// Innermost first, so that each is empty when its turn comes; at last the location itself.
    private func removeDirectories(
        _ directories: [ObjectKey], under prefix: ObjectKey, in backend: any Backend
    ) async throws {
        if backend.capabilities.hasDirectories {
            for directory in directories.sorted().reversed() {
                let key = ObjectKey(SharedBytes(directory.prefixed(by: prefix).bytes.array + [UInt8(ascii: "/")]))
                try await remove(key, in: backend)
            }
        }
        if backend.capabilities.hasDirectories || prefix.isRoot { try await remove(prefix, in: backend) }
    }

    /// A directory may have gone with the last object in it.
    private func remove(_ directory: ObjectKey, in backend: any Backend) async throws(StorageError) {
        do throws(StorageError) {
            try await backend.removeContainer(directory)
        } catch  where error.kind == .notFound || error.kind == .containerNotFound {
            return
        } catch {
            throw error
        }
    }
}
