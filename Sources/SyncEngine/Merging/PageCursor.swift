// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

/// One side of the merge: the page at hand and the channel that the next ones come from.
struct PageCursor {
    private let channel: BoundedChannel<ListedPage>
    private(set) var page: [Entry] = []
    var index = 0
    /// Behind the page at hand the side has nothing up to this key; nil: that is not known, or used up.
    private(set) var reached: ObjectKey?
    private(set) var isEnded = false
    /// Whether the side's container does not exist (yet).
    private(set) var isContainerAbsent = false

    init(_ channel: BoundedChannel<ListedPage>) { self.channel = channel }

    /// Whether the page is used up and more may come.
    var isDry: Bool { index == page.count && reached == nil && !isEnded }
    /// Whether an entry is at hand.
    var hasEntry: Bool { index < page.count }

    /// What was reached tells nothing any more.
    mutating func passReached() { reached = nil }

    /// Takes the next page that has anything; returns what could not be listed.
    mutating func refill() async throws(StorageError) -> [ListingIssue] {
        if let next = await channel.next() {
            page = next.entries
            reached = next.reached
            isContainerAbsent = next.isOfAbsentContainer
            index = 0
            return next.issues
        }
        if let failure = channel.failure { throw failure }
        if Task.isCancelled { throw StorageError(.cancelled, during: .list, message: "cancelled") }
        isEnded = true
        isContainerAbsent = false
        page = []
        index = 0
        return []
    }
}
