// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

/// A listing whose order is checked as it goes: every key must come strictly after the one before. Merging two
/// streams of which one goes backward would take what is there for absent.
final class CheckedListing: Listing, @unchecked Sendable {  // safe: one caller pulls at a time (Listing's contract)
    private let inner: any Listing
    private let order: ListingOrder
    private let location: String
    private var last: ObjectKey?

    init(_ inner: any Listing, order: ListingOrder, location: String) {
        self.inner = inner
        self.order = order
        self.location = location
    }

    func next() async throws(StorageError) -> ListingPage? {
        guard let page = try await inner.next() else { return nil }
        guard let first = page.entries.first else { return page }
        if let last, order.compare(last, first.key) >= 0 { throw outOfOrder(first.key, after: last) }
        if let index = firstFault(page.entries) {
            throw outOfOrder(page.entries[index].key, after: page.entries[index - 1].key)
        }
        last = page.entries.last?.key.detached()
        return page
    }

    /// The first entry that does not come after the one before it.
    private func firstFault(_ entries: [Entry]) -> Int? {
        entries.withUnsafeBufferPointer { page in
            page.indices.dropFirst().first {
                order.compare(page[$0 - 1].key, dropping: 0, page[$0].key, dropping: 0) >= 0
            }
        }
    }

    private func outOfOrder(_ key: ObjectKey, after previous: ObjectKey) -> StorageError {
        StorageError(
            .listingOutOfOrder, during: .list, at: location, key: key.detached(),
            message: "the store listed it after \(TerminalText.escaped(previous.description))")
    }
}
