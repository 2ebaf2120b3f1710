// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Selection
import StorageModel

/// The histories of a location, key by key in order; as many at a time as its pages hold.
struct HistoryListing {
    private let location: SyncLocation
    private let selection: Selection
    private let pruning: Pruning?
    private let listing: any Listing
    private let order: ListingOrder
    private var sorter: RecordSorter?
    private var sorted: (any RecordStream)?
    /// The key whose versions come just now, and those that came, the newest first.
    private var key: ObjectKey?
    private var versions: [Entry] = []
    private var isOver = false
    private static let pageSize = 500

    /// `order`: how the store lists; `wanted`: in which order histories come. They are sorted here where these differ.
    init(_ location: SyncLocation, _ selection: Selection, order: ListingOrder, wanted: ListingOrder, directory: String)
    {
        self.location = location
        self.selection = selection
        self.order = order
        pruning = Pruning(location, selection)
        var request = ListRequest(prefix: selection.prefix.prefixed(by: location.prefix), order: order)
        request.versions = .all
        listing = location.backend.list(request)
        if wanted != order { sorter = RecordSorter(order: wanted, directory: directory) }
    }

    /// The next histories, perhaps none; nil after the last.
    mutating func next() async throws(StorageError) -> [History]? {
        guard sorter != nil else { return try await listed() }
        if sorted == nil {
            while let page = try await listed() { try keep(page) }
            sorted = try sorter?.sorted()
        }
        return try page()
    }

    // MARK: as they are listed

    private mutating func listed() async throws(StorageError) -> [History]? {
        if isOver { return nil }
        var page: [History] = []
        guard let entries = try await listing.next()?.entries else {
            isOver = true
            end(&page)
            return page
        }
        let prefixCount = location.prefix.bytes.count
        for entry in entries where entry.kind != .directory && isWanted(entry, prefixCount) {
            if entry.key != key {
                if let key, order.compare(key, entry.key) >= 0 { throw outOfOrder(entry.key, after: key) }
                end(&page)
                key = entry.key.detached()
            }
            versions.append(entry.detached())
        }
        return page
    }

    private func isWanted(_ entry: Entry, _ prefixCount: Int) -> Bool {
        // The marker of the prefix itself has no name below it.
        guard entry.key.bytes.count > prefixCount, !(pruning?.isTrash(entry.key) ?? false) else { return false }
        return selection.selects(entry, key: entry.key.dropFirst(prefixCount))
    }

    private mutating func end(_ page: inout [History]) {
        guard let key, !versions.isEmpty else { return }
        page.append(History(key: key.dropFirst(location.prefix.bytes.count), versions: versions.reversed()))
        versions = []
    }

    private func outOfOrder(_ key: ObjectKey, after previous: ObjectKey) -> StorageError {
        StorageError(
            .listingOutOfOrder, during: .list, at: location.backend.identity.container, key: key.detached(),
            message: "the store listed its versions after those of \(TerminalText.escaped(previous.description))")
    }

    // MARK: sorted

    private mutating func keep(_ page: [History]) throws(StorageError) {
        var facts: [UInt8] = []
        for history in page {
            facts.removeAll(keepingCapacity: true)
            for version in history.versions { EntryRecord.encodeFacts(of: version, into: &facts) }
            try sorter?.append(history.key.bytes.array, facts)
        }
    }

    private func page() throws(StorageError) -> [History]? {
        guard let sorted, sorted.hasRecord else { return nil }
        var page: [History] = []
        while page.count < Self.pageSize, sorted.hasRecord {
            page.append(
                sorted.withRecord { key, facts in
                    let key = ObjectKey(SharedBytes(Array(key))), whole = key.prefixed(by: location.prefix)
                    var cursor = ByteCursor(Array(facts)), versions: [Entry] = []
                    while !cursor.isAtEnd { versions.append(EntryRecord.decodeFacts(of: whole, &cursor)) }
                    return History(key: key, versions: versions)
                })
            try sorted.advance()
        }
        return page
    }
}
