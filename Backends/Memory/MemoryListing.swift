// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel
internal import Synchronization

/// A listing of a container, live page by page as a bucket's is: what is written behind the cursor is not seen.
final class MemoryListing: Listing {
    private let backend: MemoryBackend
    private let request: ListRequest
    private let cursor = Mutex(Cursor())

    private struct Cursor {
        /// The last entry given. Ordered listings continue behind it, so that they see what changes ahead.
        var last: ObjectKey?
        /// Unordered listings have no "behind", so they take the keys once.
        var remaining: ArraySlice<ObjectKey>?
        var directories: Set<ObjectKey> = []
        var isDone = false
    }

    init(backend: MemoryBackend, request: ListRequest) {
        self.backend = backend
        self.request = request
    }

    func next() async throws(StorageError) -> ListingPage? {
        try backend.checkCancelled(.list, request.prefix)
        guard backend.capabilities.listingOrders.contains(request.order) else {
            throw StorageError(
                .unsupported, during: .list, at: backend.identity.container,
                message: "the store does not list in the order asked for")
        }
        let result: Result<ListingPage?, StorageError> = cursor.withLock { cursor in
            guard !cursor.isDone else { return .success(nil) }
            do throws(StorageError) {
                return .success(
                    try backend.withContainer(.list) { container throws(StorageError) in page(&container, &cursor) })
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    private func page(_ container: inout MemoryContainer, _ cursor: inout Cursor) -> ListingPage? {
        let keys =
            cursor.remaining
            ?? candidates(
                container.keys(in: request.order, seed: backend.options.seed), after: cursor.last ?? request.after)
        var entries = [Entry]()
        var index = keys.startIndex
        while index < keys.endIndex, entries.count < backend.options.pageSize {
            let key = keys[index]
            index += 1
            if request.order != .unordered, !key.hasPrefix(request.prefix) {
                index = keys.endIndex
                break
            }
            if let entry = entry(key, container, &cursor) { entries.append(entry) }
        }
        cursor.last = entries.last?.key ?? cursor.last
        if request.order == .unordered { cursor.remaining = keys[index...] }
        if index == keys.endIndex { cursor.isDone = true }
        return entries.isEmpty ? nil : ListingPage(entries: entries)
    }

    /// The entry that `key` gives, or nil when it is not asked for or rolled up into one that was given.
    private func entry(_ key: ObjectKey, _ container: MemoryContainer, _ cursor: inout Cursor) -> Entry? {
        guard key.hasPrefix(request.prefix), let object = container[key] else { return nil }
        if let delimiter = request.delimiter,
            let length = key.dropFirst(request.prefix.bytes.count).bytes.firstIndex(of: delimiter)
        {
            let directory = ObjectKey(key.bytes.prefix(request.prefix.bytes.count + length + 1))
            guard isAfter(directory), directory != cursor.last, cursor.directories.insert(directory).inserted else {
                return nil
            }
            if request.order != .unordered { cursor.directories = [directory] }
            return Entry(key: directory, kind: .directory, size: 0)
        }
        guard isAfter(key) else { return nil }
        return object.listed(
            key, showsModified: backend.options.listsModified, showsArchive: backend.options.listsArchives)
    }

    private func isAfter(_ key: ObjectKey) -> Bool {
        guard let after = request.after else { return true }
        return request.order.compare(key, after) > 0
    }

    /// Keys from the first that can be asked for; in both orders those with one prefix stand together.
    private func candidates(_ keys: [ObjectKey], after: ObjectKey?) -> ArraySlice<ObjectKey> {
        guard request.order != .unordered else { return keys[...] }
        var low = 0, high = keys.count
        while low < high {
            let middle = (low + high) / 2
            let isBehind =
                request.order.compare(keys[middle], request.prefix) >= 0
                && after.map { request.order.compare(keys[middle], $0) > 0 } ?? true
            if isBehind { high = middle } else { low = middle + 1 }
        }
        return keys[low...]
    }
}
