// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

/// A listing without the directories that nobody wants, which are stepped over: each costs a page and no more, where the
/// listing has an order.
final class PrunedListing: Listing, @unchecked Sendable {  // safe: one caller pulls at a time (Listing's contract)
    /// Lists what comes after a key (nil: from the start), by several requests side by side or by one. `passesOver`: it is
    /// the end of what is stepped over.
    typealias Open = (_ after: ObjectKey?, _ maySplit: Bool, _ passesOver: Bool) -> any Listing

    /// Pages without anything to step over after which the rest is listed side by side: what is read ahead is lost with
    /// each step.
    private static let patience = 4

    private var inner: any Listing
    private let pruning: Pruning
    /// Nil: only all of it can be listed.
    private let open: Open?
    private let order: ListingOrder
    private var isSplit: Bool
    private var pagesInRow = 0
    /// The key after which the listing goes on, which stores may show again.
    private var resumed: ObjectKey?

    /// `inner` as it is, without the entries that are not wanted at all.
    init(_ inner: any Listing, _ pruning: Pruning) {
        self.inner = inner
        self.pruning = pruning
        open = nil
        order = .unordered
        isSplit = true
    }

    /// What `open` gives from `after` on in `order`, and behind what is stepped over.
    init(after: ObjectKey?, order: ListingOrder, _ pruning: Pruning, open: @escaping Open) {
        self.order = order
        isSplit = !pruning.hasRules
        inner = open(after, isSplit, false)
        self.pruning = pruning
        self.open = open
    }

    func next() async throws(StorageError) -> ListingPage? {
        guard var page = try await inner.next() else { return nil }
        if let resumed, !page.entries.isEmpty {
            page.entries.removeAll { order.compare($0.key, resumed) <= 0 }
            self.resumed = nil
        }
        if let open, let first = page.entries.first, let last = page.entries.last { step(open, first.key, last.key) }
        page.issues.removeAll { pruning.isTrash($0.key) }
        if page.entries.contains(where: { pruning.isTrash($0.key) }) {
            page.entries.removeAll { pruning.isTrash($0.key) }
        }
        return page
    }

    /// Chooses where the listing goes on behind a page from `first` to `last`.
    private func step(_ open: Open, _ first: ObjectKey, _ last: ObjectKey) {
        if let end = pruning.end(around: last), !isSplit || pruning.isTrash(last) || end == pruning.end(around: first) {
            isSplit = !pruning.hasRules
            pagesInRow = 0
            resumed = end
            inner = open(end, isSplit, true)
        } else if !isSplit {
            pagesInRow += 1
            guard pagesInRow == Self.patience else { return }
            isSplit = true
            resumed = last.detached()
            inner = open(resumed, true, false)
        }
    }
}
