// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

/// A page of one side, after selection. Keys are whole; the side's prefix is dropped where they are compared.
struct ListedPage: Sendable {
    var entries: [Entry] = []
    var issues: [ListingIssue] = []
    /// Of this key and those before, the side has nothing that is not in this page or an earlier one; nil: that is not
    /// told. A whole key.
    var reached: ObjectKey?
    /// The only page of a container that does not exist yet.
    var isOfAbsentContainer = false
}

extension Entry {
    /// The entry with its key and tag in buffers of their own: it outlives its page without keeping all of it.
    func detached() -> Entry {
        var copy = self
        copy.key = key.detached()
        if let tag { copy.tag = VersionTag(tag.bytes.detached()) }
        return copy
    }
}
