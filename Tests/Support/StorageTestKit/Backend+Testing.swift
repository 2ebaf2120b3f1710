// Part of godwit. SPDX-License-Identifier: Apache-2.0

package import StorageModel

extension Backend {
    /// Writes `content` to `key`.
    @discardableResult
    package func put(
        _ content: [UInt8], at key: ObjectKey, _ options: WriteOptions = WriteOptions()
    ) async throws(StorageError) -> Entry {
        try await write(PartBuffer(content), to: key, options)
    }

    /// Reads all of `key`.
    package func get(_ key: ObjectKey, capacity: Int = 32 << 20) async throws(StorageError) -> [UInt8] {
        let buffer = PartBuffer(capacity: capacity)
        _ = try await read(key, ReadOptions(), into: buffer)
        return buffer.array
    }

    /// Every page of a listing, joined.
    package func everything(_ request: ListRequest) async throws(StorageError) -> ListingPage {
        let listing = list(request)
        var all = ListingPage(entries: [])
        while let page = try await listing.next() {
            all.entries += page.entries
            all.issues += page.issues
        }
        return all
    }

    /// Every entry in the cheapest order.
    package func entries(under prefix: ObjectKey = .root) async throws(StorageError) -> [Entry] {
        try await everything(ListRequest(prefix: prefix, order: capabilities.listingOrders[0])).entries
    }

    /// Deletes everything, a batch at a time.
    package func empty() async throws(StorageError) {
        for upload in try await unfinishedUploads(under: .root) { try await abort(upload) }
        var rest = try await entries().map { Deletion(key: $0.key) }[...]
        while !rest.isEmpty {
            for outcome in try await delete(Array(rest.prefix(capabilities.deleteBatchMax))) {
                if let error = outcome.error { throw error }
            }
            rest = rest.dropFirst(capabilities.deleteBatchMax)
        }
    }
}

/// Runs `body` on each element, a few at a time.
package func inParallel<Element: Sendable>(
    _ elements: [Element], width: Int = 8, _ body: @escaping @Sendable (Element) async throws -> Void
) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
        for (index, element) in elements.enumerated() {
            if index >= width { try await group.next() }
            group.addTask { try await body(element) }
        }
        try await group.waitForAll()
    }
}
