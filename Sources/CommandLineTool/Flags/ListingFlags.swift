// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

/// The flags of every command that lists.
struct ListingFlags: ParsableArguments, Sendable {
    @OptionGroup(title: "Select") var selecting: SelectionFlags
    @OptionGroup(title: "Select") var links: LinkFlags
    @OptionGroup(title: "Connect") var connecting: ConnectionFlags

    func walk(recursive: Bool, directories: Bool = false) throws -> LocationWalk {
        LocationWalk(
            isRecursive: recursive, showsDirectories: directories, selection: try selecting.selection(),
            links: links.policy)
    }
}
