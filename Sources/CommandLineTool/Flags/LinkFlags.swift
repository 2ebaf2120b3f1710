// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import StorageModel

/// What becomes of symbolic links.
struct LinkFlags: ParsableArguments, Sendable {
    @Flag(name: [.customShort("l"), .long], help: "Keep symbolic links as links.")
    var links = false
    @Flag(name: [.customShort("L"), .long], help: "Follow symbolic links.")
    var copyLinks = false

    func validate() throws {
        if links, copyLinks { throw ValidationError("--links and --copy-links contradict each other.") }
    }

    var policy: ListRequest.LinkPolicy { links ? .keep : copyLinks ? .follow : .skip }
}
