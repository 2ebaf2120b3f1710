// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

/// What kinds of entries a listing shows, and how deep it goes.
struct EntryFlags: ParsableArguments, Sendable {
    @Flag(name: [.customShort("R"), .long], help: "Descend into directories.")
    var recursive = false
    @Flag(help: "Show directories only.")
    var dirsOnly = false
    @Flag(help: "Show objects only.")
    var filesOnly = false

    func validate() throws {
        if dirsOnly, filesOnly { throw ValidationError("--dirs-only and --files-only contradict each other.") }
    }

    func shows(_ item: ListedItem) -> Bool { item.isDirectory ? !filesOnly : !dirsOnly }
}
