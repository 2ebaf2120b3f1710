// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

/// What an inventory says is in its bucket now, under a prefix: objects in no order, without their versions.
final class InventoryListing: Listing {
    private let rows: InventoryRows
    private let prefix: ObjectKey

    init(_ rows: InventoryRows, prefix: ObjectKey) {
        self.rows = rows
        self.prefix = prefix
    }

    func next() async throws(StorageError) -> ListingPage? {
        guard let page = try await rows.next() else { return nil }
        var listed = ListingPage(entries: [], issues: page.issues)
        for row in page.rows where row.isLatest && !row.isDeleteMarker && row.entry.key.hasPrefix(prefix) {
            var entry = row.entry
            // A read gives what is there now, on condition that it is this.
            entry.version = nil
            listed.entries.append(entry)
        }
        return listed
    }
}
