// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

/// A listing without the directories that nobody wants; where the listing has an order, a large one costs two pages and
/// no more.
final class PrunedListing: Listing, @unchecked Sendable {  // safe: one caller pulls at a time (Listing's contract)
    private var inner: any Listing
    private let pruning: Pruning
    /// Lists what comes after a key; nil: only all of it can be listed.
    private let listAfter: ((ObjectKey) -> any Listing)?

    init(_ inner: any Listing, _ pruning: Pruning, listAfter: ((ObjectKey) -> any Listing)? = nil) {
        self.inner = inner
        self.pruning = pruning
        self.listAfter = listAfter
    }

    func next() async throws(StorageError) -> ListingPage? {
        guard var page = try await inner.next() else { return nil }
        // To begin anew costs what was read ahead, so that it must be a directory worth it.
        if let listAfter, let first = page.entries.first, let last = page.entries.last,
            let end = pruning.end(around: last.key), pruning.isTrash(last.key) || end == pruning.end(around: first.key)
        {
            inner = listAfter(end)
        }
        page.issues.removeAll { pruning.isTrash($0.key) }
        if page.entries.contains(where: { pruning.isTrash($0.key) }) {
            page.entries.removeAll { pruning.isTrash($0.key) }
        }
        return page
    }
}
