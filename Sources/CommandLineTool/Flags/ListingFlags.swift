// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

/// The flags of every command that lists.
struct ListingFlags: ParsableArguments, Sendable {
    @OptionGroup(title: "Select") var selecting: SelectionFlags
    @OptionGroup(title: "Select") var links: LinkFlags
    @OptionGroup(title: "Connect") var connecting: ConnectionFlags

    func walk(recursive: Bool, directories: Bool = false) throws -> LocationWalk {
        var walk = try selecting.walk(recursive: recursive, directories: directories)
        walk.links = links.policy
        return walk
    }
}

extension SelectionFlags {
    /// A walk over what is selected.
    func walk(recursive: Bool, directories: Bool = false) throws -> LocationWalk {
        let now = TimeFormat.now
        var walk = LocationWalk()
        // One level is one listing by delimiter, however much lies below.
        walk.isRecursive = recursive && maxDepth != 1
        walk.showsDirectories = directories
        walk.selection = try selection(now: now)
        walk.directories = try selection(now: now, boundsDepth: false)
        walk.depthMax = maxDepth.flatMap { $0 > 0 ? $0 : nil }
        walk.markers = markers
        walk.names = try names.list(directory: Environment.temporaryDirectory(Environment.variables))
        return walk
    }
}
