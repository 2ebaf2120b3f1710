// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

/// A bucket with versions in a store that leaves keys out between pages (``DisplacedKeys``).
extension S3Listing {
    /// Adds to a page what the store may have left out around its end, and sorts it.
    ///
    /// - Parameters:
    ///   - last: The last key of the pages before, behind which everything of this page is.
    ///   - isFirst: Whether it is the first page.
    ///   - isLast: Whether no page follows.
    func addDisplaced(
        to entries: inout [Entry], behind last: ObjectKey?, isFirst: Bool, isLast: Bool
    ) async throws(StorageError) {
        let order = request.order
        if !Self.isSorted(entries, order) {
            // Where no names are kept that explain it, whoever pulls is to see the disorder.
            guard try await connection.mayHoldVersions() else { return }
            entries.sort { order.compare($0.key, $1.key) < 0 }
        }
        if let last, let first = entries.first, order.compare(first.key, last) <= 0 {
            guard try await connection.mayHoldVersions() else { return }
            // Some do come, on the next page, behind what they belong before: they are there already.
            let added = DisplacedKeys.around(last, under: request.prefix)
            let isNew = entries.firstIndex { order.compare($0.key, last) > 0 || !added.contains($0.key) }
            entries.removeFirst(isNew ?? entries.count)
        }
        // A page that is not full is the whole listing; some are fuller than they should be, and lack keys too.
        let isWhole = isFirst && isLast && entries.count < connection.policy.listChunk
        guard !isWhole, let end = entries.last else { return }
        var candidates = isLast ? [] : DisplacedKeys.around(end.key, under: request.prefix)
        // Beside directories, objects of their names are left out of any page.
        for entry in entries where entry.kind == .directory && entry.key.bytes.count > request.prefix.bytes.count + 1 {
            candidates.append(ObjectKey(entry.key.bytes.prefix(entry.key.bytes.count - 1)))
        }
        candidates.removeAll { key in
            [last, request.after].contains { $0.map { order.compare(key, $0) <= 0 } ?? false }
                || Self.place(of: key, in: entries, order).isThere
        }
        guard !candidates.isEmpty, try await connection.mayHoldVersions() else { return }
        for key in Set(candidates).sorted() {
            guard let entry = try await listed(key) else { continue }
            entries.insert(entry, at: Self.place(of: key, in: entries, order).index)
        }
    }

    private static func isSorted(_ entries: [Entry], _ order: ListingOrder) -> Bool {
        zip(entries, entries.dropFirst()).allSatisfy { order.compare($0.key, $1.key) < 0 }
    }

    /// Where `key` is among sorted entries, or belongs.
    private static func place(
        of key: ObjectKey, in entries: [Entry], _ order: ListingOrder
    ) -> (index: Int, isThere: Bool) {
        var (low, high) = (0, entries.count)
        while low < high {
            let middle = (low + high) / 2
            if order.compare(entries[middle].key, key) < 0 { low = middle + 1 } else { high = middle }
        }
        return (low, low < entries.count && entries[low].key == key)
    }

    /// An object as a listing shows it; nil: there is none.
    private func listed(_ key: ObjectKey) async throws(StorageError) -> Entry? {
        do throws(StorageError) {
            let found = try await connection.headObject(key, version: nil)
            return Entry(
                key: key, size: found.size, written: found.written, tag: found.tag,
                tagMayBeDigest: found.tagMayBeDigest, storageClass: found.storageClass)
        } catch {
            guard error.kind == .notFound else { throw error }
            return nil
        }
    }
}
