// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

/// Gives any listing in order, in bounded memory: sorted runs are spooled to disk and merged.
///
/// Nothing comes before the inner listing has ended. A key that the store listed twice comes once.
final class SortedListing: Listing, @unchecked Sendable {  // safe: one caller pulls at a time (Listing's contract)
    /// What bounds the memory.
    struct Limits: Sendable {
        /// Bytes of entries that are sorted at once.
        var runSize = 32 << 20
        /// Runs that are merged at once, each with a block of 64 KiB in memory.
        var fanIn = 64
        var pageSize = 1000
    }

    private let inner: any Listing
    private let order: ListingOrder
    private let directory: String
    private let limits: Limits
    private var run: SortRun
    private var spools: [RecordSpool] = []
    private var merge: RunMerge?
    private var last: ObjectKey?

    /// Sorts `inner` into `order` with temporary files in `directory`.
    init(_ inner: any Listing, order: ListingOrder, directory: String, limits: Limits = Limits()) {
        self.inner = inner
        self.order = order
        self.directory = directory
        self.limits = limits
        run = SortRun(order: order)
    }

    func next() async throws(StorageError) -> ListingPage? {
        while merge == nil {
            guard let page = try await inner.next() else {
                try beginMerge()
                break
            }
            for entry in page.entries { run.append(entry) }
            if run.size >= limits.runSize { try endRun() }
            if !page.issues.isEmpty { return ListingPage(entries: [], issues: page.issues) }
        }
        var entries = [Entry]()
        while entries.count < limits.pageSize, let entry = try merge?.next() {
            if entry.key == last { continue }
            last = entry.key
            entries.append(entry)
        }
        last = last?.detached()
        return entries.isEmpty ? nil : ListingPage(entries: entries)
    }

    private func endRun() throws(StorageError) {
        guard run.count > 0 else { return }
        let spool = RecordSpool(directory: directory, memoryMax: 0)
        try run.drain(into: spool)
        try spool.finish()
        spools.append(spool)
        if spools.count == limits.fanIn { spools = [try merged(spools)] }
    }

    private func merged(_ spools: [RecordSpool]) throws(StorageError) -> RecordSpool {
        let merged = RecordSpool(directory: directory, memoryMax: 0)
        var merge = try RunMerge(spools, order: order)
        while let entry = try merge.next() { try merged.append { EntryRecord.encode(entry, into: &$0) } }
        try merged.finish()
        return merged
    }

    private func beginMerge() throws(StorageError) {
        if spools.isEmpty {
            // All of it fitted one run: no file is needed.
            let spool = RecordSpool(directory: directory, memoryMax: .max)
            try run.drain(into: spool)
            try spool.finish()
            spools = [spool]
        } else {
            try endRun()
        }
        merge = try RunMerge(spools, order: order)
        spools = []
    }
}
