// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

/// A listing without what runs keep for an undo; where the listing has an order, that costs one page and no more.
final class UntrashedListing: Listing, @unchecked Sendable {  // safe: one caller pulls at a time (Listing's contract)
    private var inner: any Listing
    private let trash: UndoTrash
    /// Lists what comes after a key; nil: only all of it can be listed.
    private let listAfter: ((ObjectKey) -> any Listing)?

    init(_ inner: any Listing, _ trash: UndoTrash, listAfter: ((ObjectKey) -> any Listing)? = nil) {
        self.inner = inner
        self.trash = trash
        self.listAfter = listAfter
    }

    func next() async throws(StorageError) -> ListingPage? {
        guard var page = try await inner.next() else { return nil }
        if let listAfter, let last = page.entries.last, let end = trash.end(around: last.key) { inner = listAfter(end) }
        page.issues.removeAll { !trash.shows($0.key) }
        if page.entries.contains(where: { !trash.shows($0.key) }) { page.entries.removeAll { !trash.shows($0.key) } }
        return page
    }
}
