// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

/// Gives any listing in order, in bounded memory: sorted runs are spooled to disk and merged.
///
/// Nothing comes before the inner listing has ended. A key that the store listed twice comes once.
final class SortedListing: Listing, @unchecked Sendable {  // safe: one caller pulls at a time (Listing's contract)
    private let inner: any Listing
    private let pageSize: Int
    private var sorter: RecordSorter
    private var sorted: (any RecordStream)?

    /// Sorts `inner` into `order` with temporary files in `directory`.
    init(
        _ inner: any Listing, order: ListingOrder, directory: String, pageSize: Int = 1000,
        limits: RecordSorter.Limits = RecordSorter.Limits()
    ) {
        self.inner = inner
        self.pageSize = pageSize
        sorter = RecordSorter(order: order, directory: directory, limits: limits)
    }

    func next() async throws(StorageError) -> ListingPage? {
        let sorted: any RecordStream
        if let known = self.sorted {
            sorted = known
        } else {
            while let page = try await inner.next() {
                try add(page.entries)
                if !page.issues.isEmpty { return ListingPage(entries: [], issues: page.issues) }
            }
            sorted = try sorter.sorted()
            self.sorted = sorted
        }
        var entries = [Entry]()
        while entries.count < pageSize, sorted.hasRecord {
            entries.append(
                sorted.withRecord { key, facts in
                    var cursor = ByteCursor(Array(facts))
                    return EntryRecord.decodeFacts(of: ObjectKey(SharedBytes(Array(key))), &cursor)
                })
            try sorted.advance()
        }
        return entries.isEmpty ? nil : ListingPage(entries: entries)
    }

    private func add(_ entries: [Entry]) throws(StorageError) {
        var facts: [UInt8] = []
        for entry in entries {
            facts.removeAll(keepingCapacity: true)
            EntryRecord.encodeFacts(of: entry, into: &facts)
            try sorter.append(entry.key.bytes.array, facts)
        }
    }
}
