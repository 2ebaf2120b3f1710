// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import SyncEngine

/// An inventory in the place of a listing.
struct InventoryFlags: ParsableArguments, Sendable {
    @Option(
        help: ArgumentHelp(
            "List nothing at the source: its objects are those of the inventory whose manifest.json LOC is.",
            valueName: "loc"))
    var sourceInventory: String?

    /// - Throws: a `ValidationError` for what an inventory does not tell.
    func confirm(_ options: SyncOptions, _ version: VersionFlags) throws {
        guard sourceInventory != nil else { return }
        let others = [
            (options.names != nil, "--files-from"), (options.copiesVersions, "--all-versions"),
            (version.versionAt != nil, "--version-at"),
        ]
        for (isGiven, flag) in others where isGiven {
            throw ValidationError("--source-inventory tells what is there now, all of it: drop \(flag).")
        }
    }
}
