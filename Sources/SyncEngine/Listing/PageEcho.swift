// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

/// The names that the source's listing shows, for a target that is looked up rather than listed.
///
/// Pages go here before they go to the merge, which therefore never waits for a page whose names wait here.
final class PageEcho: Listing {
    private let pages = BoundedChannel<[Entry]>(capacity: SidePuller.pagesAhead)

    /// Passes on the names of a page, without the first `prefixCount` bytes. False when nobody reads them any more.
    func send(_ entries: [Entry], _ prefixCount: Int) async -> Bool {
        let names = entries.filter { $0.kind != .directory }
        let chunks = stride(from: 0, to: names.count, by: LookedUpListing.pageSize).map { start in
            names[start..<min(start + LookedUpListing.pageSize, names.count)].map {
                Entry(key: $0.key.dropFirst(prefixCount), size: 0)
            }
        }
        // All of them at once: were some to wait for room, so would the page that makes it.
        return await pages.send(chunks)
    }

    /// No more names come.
    func finish() { pages.finish() }

    func close() { pages.close() }

    func next() async throws(StorageError) -> ListingPage? {
        guard let names = await pages.next() else {
            guard !Task.isCancelled else { throw StorageError(.cancelled, during: .list, message: "cancelled") }
            return nil
        }
        return ListingPage(entries: names)
    }
}
