// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel
import Synchronization

/// A listing of a bucket, pulled a page at a time.
final class S3Listing: Listing {
    private struct State {
        var position = S3Connection.ListingPosition.start
        var isOver = false
        /// The last key of the pages before, to see that the listing advances.
        var last: ObjectKey?
        /// Pages in a row without an entry.
        var empty = 0
    }

    /// Pages of delete markers are empty, and there may be many; a store that only ever names a next page never ends.
    private let emptyPagesMax: Int

    let connection: S3Connection
    let request: ListRequest
    /// One caller pulls at a time, so this is never contended.
    private let state = Mutex(State())

    init(_ connection: S3Connection, _ request: ListRequest, emptyPagesMax: Int = 100_000) {
        self.emptyPagesMax = emptyPagesMax
        self.connection = connection
        self.request = request
        // Nothing with the prefix comes after such a key; a store that minds only one of the two would list it all.
        if let after = request.after, request.order != .unordered, !after.hasPrefix(request.prefix),
            request.order.compare(request.prefix, after) < 0
        {
            state.withLock { $0.isOver = true }
        }
    }

    func next() async throws(StorageError) -> ListingPage? {
        let (position, isOver) = state.withLock { ($0.position, $0.isOver) }
        if isOver { return nil }
        let order = connection.policy.provider.listingOrder
        guard request.order == order else {
            throw StorageError(
                .unsupported, during: .list, at: connection.location,
                message: "\(connection.policy.provider.name) does not list in that order")
        }
        guard !connection.policy.provider.listsWholeDirectories || [nil, UInt8(ascii: "/")].contains(request.delimiter)
        else {
            throw StorageError(
                .unsupported, during: .list, at: connection.location,
                message: "\(connection.policy.provider.name) lists by whole directories only")
        }
        let document = try await connection.listObjects(request, at: position)
        var entries = entries(document)
        if connection.listable(request.prefix) != request.prefix {
            entries.removeAll { !$0.key.hasPrefix(request.prefix) }
        }
        if request.delimiter != nil { Self.merge(&entries, order) }
        let next = try next(document, entries.last, position)
        if connection.policy.provider.losesKeysBetweenPages {
            try await addDisplaced(
                to: &entries, behind: state.withLock(\.last), isFirst: position == .start, isLast: next == nil)
        }
        try check(entries, order)
        dropUntilAfter(&entries, order)
        let isStuck = state.withLock { state in
            state.empty = document.rows.isEmpty ? state.empty + 1 : 0
            state.isOver = next == nil
            if let next { state.position = next }
            if let last = entries.last { state.last = last.key.detached() }
            return state.empty > emptyPagesMax
        }
        if isStuck { throw stuck("\(emptyPagesMax) pages in a row are empty") }
        // Some stores are asked to begin a little earlier.
        if let after = request.after, order != .unordered { entries.removeAll { order.compare($0.key, after) <= 0 } }
        return ListingPage(entries: entries)
    }

    private func entries(_ document: ListingDocument) -> [Entry] {
        let policy = connection.policy
        // Entries of one class share what they hold of it.
        let models = document.storageClasses.map { name in
            Entry(
                key: .root, size: 0, storageClass: name,
                archive: policy.listsRestores ? policy.archiveState(in: name) : nil)
        }
        var entries: [Entry] = []
        entries.reserveCapacity(document.rows.count)
        for row in document.rows {
            var entry = row.storageClass < 0 ? Entry(key: .root, size: row.size) : models[row.storageClass]
            entry.key = ObjectKey(SharedBytes(document.bytes, row.key))
            if row.isPrefix { entry.kind = .directory }
            if row.isRestoring {
                entry.archive = .restoring
            } else if row.isRestored {
                entry.archive = .restored(until: nil)
            }
            entry.size = row.size
            entry.written = row.written
            entry.tag = row.tag.isEmpty ? nil : VersionTag(SharedBytes(document.bytes, row.tag))
            entry.tagMayBeDigest = policy.mayBeDigest(entry.tag)
            entries.append(entry)
        }
        return entries
    }

    /// Stores send keys first and common prefixes after them, each in order; together they must be so too.
    private static func merge(_ entries: inout [Entry], _ order: ListingOrder) {
        guard order != .unordered else { return }
        entries.sort { order.compare($0.key, $1.key) < 0 }
    }

    /// Where the next page begins; nil when this is the last.
    private func next(
        _ document: ListingDocument, _ last: Entry?, _ position: S3Connection.ListingPosition
    ) throws(StorageError) -> S3Connection.ListingPosition? {
        guard document.isTruncated else { return nil }
        let next: S3Connection.ListingPosition
        if connection.policy.provider.listVersion == 2 {
            guard let token = document.nextToken, !token.isEmpty else {
                throw connection.malformedListing("it is truncated but names no NextContinuationToken")
            }
            next = .token(token)
        } else if let marker = document.marker(after: last?.key) {
            next = .marker(marker)
        } else if let last, last.kind == .directory {
            next = .marker(last.key.bytes.detached())
        } else if let last {
            next = .marker(S3Connection.marker(after: last.key, connection.policy.provider.listingOrder))
        } else {
            throw connection.malformedListing("it is truncated but empty, and names no NextMarker")
        }
        guard next != position else { throw stuck("the next page begins where this one did") }
        return next
    }

    /// Drops what a listing that had to begin a little early shows before its beginning.
    private func dropUntilAfter(_ entries: inout [Entry], _ order: ListingOrder) {
        guard let after = request.after, order != .unordered else { return }
        let kept = entries.firstIndex { entry in
            order.compare(entry.key, after) > 0 || entry.kind == .directory && after.hasPrefix(entry.key)
        }
        entries.removeFirst(kept ?? entries.count)
    }

    /// No page may leave the prefix or go back.
    private func check(_ entries: [Entry], _ order: ListingOrder) throws(StorageError) {
        for entry in entries where !entry.key.hasPrefix(request.prefix) {
            throw stuck("\(TerminalText.escaped(entry.key.description)) is outside the prefix")
        }
        guard let first = entries.first, let last = state.withLock({ $0.last }) else { return }
        let advances = order == .unordered ? first.key != last : order.compare(first.key, last) > 0
        guard advances else { throw stuck("a page repeats or goes back behind the page before it") }
    }

    /// Permanent: the store would answer the same again, and going on could list for ever or skip keys.
    private func stuck(_ reason: String) -> StorageError {
        StorageError(
            .listingOutOfOrder, during: .list, at: connection.location, message: reason,
            advice: connection.policy.provider.listVersion == 2 ? "try list_version = 1" : "try list_version = 2")
    }
}
