// Part of godwit. SPDX-License-Identifier: Apache-2.0

public import StorageModel

/// The keys that a run or a walk is to look at one by one, instead of listing (`--files-from`). A few thousand are held
/// in memory, more on disk.
public final class NameList: @unchecked Sendable {  // safe: one writer, readers only after `finish()`
    private let spool: RecordSpool
    private let directory: String

    /// A list that may use files in `directory`.
    public init(directory: String) {
        self.directory = directory
        spool = RecordSpool(directory: directory, memoryMax: 512 << 10)
    }

    /// Adds a key relative to the location, in any order; one that was added before changes nothing.
    public func append(_ key: ObjectKey) throws(StorageError) {
        try spool.append { EntryRecord.encode(Entry(key: key, size: 0), into: &$0) }
    }

    /// Ends adding.
    public func finish() throws(StorageError) { try spool.finish() }

    /// The keys in `order`, each once, as entries that tell nothing else.
    func sorted(_ order: ListingOrder, pageSize: Int) -> any Listing {
        SortedListing(SpooledNames(spool.reader()), order: order, directory: directory, pageSize: pageSize)
    }

    /// The entries that `backend` has under `prefix` of these names, in `order`.
    public func entries(in backend: any Backend, under prefix: ObjectKey, order: ListingOrder) -> any Listing {
        let names = sorted(order, pageSize: LookedUpListing.pageSize)
        return LookedUpListing(names, at: SyncLocation(backend: backend, prefix: prefix), as: .source)
    }
}

/// The names of a list as they were added.
private final class SpooledNames: Listing, @unchecked Sendable {  // safe: one caller at a time
    private var blocks: RecordSpool.BlockReader

    init(_ blocks: RecordSpool.BlockReader) { self.blocks = blocks }

    func next() async throws(StorageError) -> ListingPage? {
        guard let block = try blocks.next() else { return nil }
        var cursor = ByteCursor(block)
        var entries: [Entry] = []
        while !cursor.isAtEnd { entries.append(EntryRecord.decode(&cursor)) }
        return ListingPage(entries: entries)
    }
}
