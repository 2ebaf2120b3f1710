// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

/// How what is there is told, and removed.
extension StoreProbe {
    /// A way to list that tells of everything.
    struct ListingWay: Sendable {
        var version: Int
        var isEncoded: Bool
        var order: ListingOrder
    }

    /// Names at which orders part, and some that are sent encoded.
    private static let names = ["foo", "foo-bar", "foo.txt", "foo/x", "foo/y z", "foo0", "g+h%41", "\u{e9}"]

    /// The first way, the best one first, by which pages of one key each tell every key in its place; nil: none does.
    func listingWay() async throws(StorageError) -> ListingWay? {
        for name in Self.names { try await put(Self.content, at: key("list/" + name)) }
        for version in [2, 1] {
            for isEncoded in [true, false] {
                for order in [ListingOrder.keyBytes, .pathComponents, .unordered] {
                    let way = ListingWay(version: version, isEncoded: isEncoded, order: order)
                    if try await succeeds({ () async throws(StorageError) in try await lists(way) }) { return way }
                }
            }
        }
        return nil
    }

    private func lists(_ way: ListingWay) async throws(StorageError) -> Bool {
        let backend = backend {
            $0.provider.listVersion = way.version
            $0.provider.listsURLEncoded = way.isEncoded
            $0.provider.listingOrder = way.order
            // Where versions are kept, stores that list so show every key only with more requests.
            $0.provider.losesKeysBetweenPages = way.order == .pathComponents
            $0.listChunk = 1
        }
        let found = try await keys(under: "list/", way.order, by: backend)
        let wanted = Self.names.map { key("list/" + $0) }.sorted { way.order.compare($0, $1) < 0 }
        return way.order == .unordered ? Set(found) == Set(wanted) && found.count == wanted.count : found == wanted
    }

    private func keys(
        under name: String, _ order: ListingOrder, versions: ListRequest.Versions = .current, by backend: S3Backend
    ) async throws(StorageError) -> [ObjectKey] {
        var request = ListRequest(prefix: key(name), order: order)
        request.versions = versions
        let listing = backend.list(request)
        var found: [ObjectKey] = []
        while let page = try await listing.next() { found += page.entries.map(\.key) }
        return found
    }

    func listsVersions() async throws(StorageError) -> Bool? {
        let backend = backend { $0.provider.listsVersions = true }
        return try await succeeds { () async throws(StorageError) in
            try await keys(under: "object", provider.listingOrder, versions: .all, by: backend).contains(key("object"))
        }
    }

    /// Whether pages of one version each leave out a key beside a directory that its name begins with.
    func losesKeysBetweenPages() async throws(StorageError) -> Bool? {
        guard provider.listsVersions else { return nil }
        let wanted = ["versions/d-a", "versions/d/b"].map { key($0) }
        for key in wanted { try await put(Self.content, at: key) }
        let backend = backend {
            $0.provider.losesKeysBetweenPages = false
            $0.listChunk = 1
        }
        return try await !succeeds { () async throws(StorageError) in
            try await keys(under: "versions/", provider.listingOrder, versions: .all, by: backend).sorted() == wanted
        }
    }

    /// Two keys at once, or one after the other.
    func deleteBatchMax() async throws(StorageError) -> Int? {
        let most = max(provider.deleteBatchMax, 1000), keys = ["one", "two"].map { key("delete/" + $0) }
        for key in keys { try await put(Self.content, at: key) }
        let backend = backend { $0.provider.deleteBatchMax = most }
        let isDone = try await succeeds { () async throws(StorageError) in
            for outcome in try await backend.delete(keys.map { Deletion(key: $0) }) {
                if let error = outcome.error { throw error }
            }
            return try await self.keys(under: "delete/", provider.listingOrder, by: backend).isEmpty
        }
        return isDone ? most : 1
    }

    func storesDirectoryMarkers() async throws(StorageError) -> Bool? {
        let marker = key("marker/")
        return try await succeeds { () async throws(StorageError) in
            try await put([], at: marker)
            guard try await keys(under: "marker/", provider.listingOrder, by: backend()) == [marker] else {
                return false
            }
            return try await stat(marker).size == 0
        }
    }
}
