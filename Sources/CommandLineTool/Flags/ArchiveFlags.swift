// Part of godwit. SPDX-License-Identifier: Apache-2.0

public import ArgumentParser
internal import StorageModel
internal import SyncEngine

extension RestoreRequest.Tier: ExpressibleByArgument {}

/// What becomes of objects that the source's store has archived.
struct ArchiveFlags: ParsableArguments, Sendable {
    @Option(help: ArgumentHelp("Ask for what is archived to be restored for N days.", valueName: "n"))
    var restoreDays: Int?
    @Option(help: "How fast it is restored, and how dear.")
    var restoreTier = RestoreRequest.Tier.standard
    @Flag(help: "Stay until what is being restored can be read, and copy it then.")
    var wait = false
    @Flag(help: "Count a run as done though it left out what is archived.")
    var ignoreArchived = false

    func validate() throws {
        if let restoreDays, restoreDays < 1 { throw ValidationError("--restore-days must be at least 1.") }
        if restoreDays == nil, restoreTier != .standard {
            throw ValidationError("--restore-tier says how --restore-days restores: give that too.")
        }
    }

    /// - Throws: where the run has no use for them.
    func apply(to options: inout SyncOptions) throws {
        guard restoreDays != nil || wait || ignoreArchived else { return }
        if options.copiesVersions {
            throw ValidationError(
                "--all-versions leaves nothing out: restore what is archived first (godwit restore), and drop "
                    + "--restore-days, --wait and --ignore-archived.")
        }
        options.archives.restore = restoreDays.map { RestoreRequest(days: $0, tier: restoreTier) }
        options.archives.waits = wait
    }
}
