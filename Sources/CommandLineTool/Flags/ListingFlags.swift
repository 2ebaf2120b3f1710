// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

/// The flags of every command that lists.
struct ListingFlags: ParsableArguments, Sendable {
    @OptionGroup(title: "Select") var selecting: SelectionFlags
    @OptionGroup(title: "Select") var links: LinkFlags
    @OptionGroup(title: "Connect") var connecting: ConnectionFlags

    func walk(recursive: Bool, directories: Bool = false) throws -> LocationWalk {
        let now = TimeFormat.now
        var walk = LocationWalk()
        // One level is one listing by delimiter, however much lies below.
        walk.isRecursive = recursive && selecting.maxDepth != 1
        walk.showsDirectories = directories
        walk.selection = try selecting.selection(now: now)
        walk.directories = try selecting.selection(now: now, boundsDepth: false)
        walk.depthMax = selecting.maxDepth.flatMap { $0 > 0 ? $0 : nil }
        walk.markers = selecting.markers
        walk.names = try selecting.names.list(directory: Environment.temporaryDirectory(Environment.variables))
        walk.links = links.policy
        return walk
    }
}
