// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Godwit

/// The flags of every command that lists and changes nothing.
struct ReadingFlags: ParsableArguments, Sendable {
    @OptionGroup var listing: ListingFlags
    @OptionGroup(title: "Select") var version: VersionFlags

    func sessionOptions(_ context: ToolContext) throws -> SessionOptions {
        var options = try listing.connecting.sessionOptions(context)
        version.apply(to: &options)
        return options
    }

    func walk(recursive: Bool, directories: Bool = false) throws -> LocationWalk {
        try listing.walk(recursive: recursive, directories: directories)
    }
}
