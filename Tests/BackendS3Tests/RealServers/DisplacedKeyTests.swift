// Part of godwit. SPDX-License-Identifier: Apache-2.0

import HTTPTransport
import StorageModel
import StorageTestKit
import Testing

@testable import BackendS3

/// Buckets with versions on SeaweedFS, whose pages leave out keys that others begin with.
@Suite(.enabled(if: RealStore.all.contains { $0.name == "SEAWEEDFS" })) struct DisplacedKeyTests {
    private static let store = RealStore.all.first { $0.name == "SEAWEEDFS" }
    private static let names = [
        "a", "b", "a-", "a.", "a.x", "a.z", "a!", "a0", ".v", "-", "aa", "a,", "\u{e9}", "~", "a.versionr",
        "a.versiont",
    ]

    private static func keys(_ random: inout SeededRandom) -> Set<ObjectKey> {
        Set(
            (0..<50).map { _ in
                let parts = (0...Int.random(in: 0...2, using: &random)).map { _ in
                    let text = (0...Int.random(in: 0...1, using: &random))
                        .map { _ in names.randomElement(using: &random) ?? "" }.joined()
                    // A component of dots alone, or that ends in them, is another one to some file systems.
                    return text.allSatisfy { $0 == "." } || text.hasSuffix(".") ? text + "q" : text
                }
                return ObjectKey(parts.joined(separator: "/"))
            })
    }

    private static func use(_ body: (S3Backend) async throws -> Void) async throws {
        try await #require(store).use { backend in
            try await keepVersions(in: backend)
            do {
                try await body(backend)
            } catch {
                try await removeVersions(of: backend)
                throw error
            }
            try await removeVersions(of: backend)
        }
    }

    /// Told to keep versions, the store does so a moment later.
    private static func keepVersions(in backend: S3Backend) async throws {
        var call = S3Call(kind: .put, method: .put, operation: .validate, permission: "")
        call.query.add("versioning")
        let document =
            "<VersioningConfiguration xmlns=\"\(S3Connection.namespace)\"><Status>Enabled</Status></VersioningConfiguration>"
        call.carry(Array(document.utf8), provenBy: .md5)
        _ = try await backend.connection.send(call)
        let probe = ObjectKey("probe")
        while try await backend.write(PartBuffer([1]), to: probe, WriteOptions()).version ?? "null" == "null" {
            try await Task.sleep(for: .milliseconds(100))
        }
        try await removeVersions(of: backend)
    }

    private static func removeVersions(of backend: S3Backend) async throws {
        for entry in try await versions(backend, pagesOf: 1000) {
            _ = try await backend.delete([Deletion(key: entry.key, version: entry.version)])
        }
    }

    private static let credentials = StaticCredentials(
        Credentials(accessKeyID: "testkey", secretAccessKey: "testsecret"))

    private static func paged(_ backend: S3Backend, _ size: Int) -> S3Backend {
        var settings = backend.connection.settings
        settings.listChunk = size
        return S3Backend(
            bucket: backend.connection.bucket, settings: settings, credentials: credentials,
            client: backend.connection.client, ledger: RequestLedger())
    }

    private static func versions(_ backend: S3Backend, pagesOf size: Int) async throws -> [Entry] {
        var request = ListRequest(prefix: .root, order: .pathComponents)
        request.versions = .all
        let listing = paged(backend, size).list(request)
        var found: [Entry] = []
        while let page = try await listing.next() { found += page.entries }
        return found
    }

    @Test(arguments: 1...4 as ClosedRange<UInt64>) func listingsLackNothing(seed: UInt64) async throws {
        var random = SeededRandom(seed: seed)
        let keys = Self.keys(&random)
        try await Self.use { backend in
            // What is under a name comes first, as the store wants it.
            for key in keys.sorted(by: { $0.bytes.count < $1.bytes.count }) {
                _ = try await backend.write(PartBuffer([1]), to: key, WriteOptions())
            }
            let order = ListingOrder.pathComponents
            let all = keys.sorted { order.compare($0, $1) < 0 }
            let top = Set(
                keys.map { key in
                    let name = key.bytes.array.prefix { $0 != UInt8(ascii: "/") }
                    return name.count < key.bytes.count ? ObjectKey(SharedBytes(name + [UInt8(ascii: "/")])) : key
                }
            ).sorted { order.compare($0, $1) < 0 }
            for size in [1, 2, 3, 4, 5, 7, 10, 1000] {
                let paged = Self.paged(backend, size)
                #expect(try await RealStore.entries(paged).map(\.key) == all, "pages of \(size)")
                #expect(
                    try await RealStore.entries(paged, delimiter: true).map(\.key) == top,
                    "pages of \(size), directories")
                for after in ["a", "a-a", "a.v", "b"] {
                    let key = ObjectKey(after)
                    #expect(
                        try await RealStore.entries(paged, after: after).map(\.key)
                            == all.filter { order.compare($0, key) > 0 }, "pages of \(size) behind \(after)")
                }
            }
        }
    }

    /// The same for versions, except that what would be left out is said, and the listing ends.
    @Test(arguments: 5...8 as ClosedRange<UInt64>) func listingsOfVersionsLackNothingUnsaid(seed: UInt64) async throws {
        var random = SeededRandom(seed: seed)
        let keys = Self.keys(&random)
        try await Self.use { backend in
            for (index, key) in keys.sorted(by: { $0.bytes.count < $1.bytes.count }).enumerated() {
                _ = try await backend.write(PartBuffer([1]), to: key, WriteOptions())
                if index % 4 == 0 { _ = try await backend.write(PartBuffer([2]), to: key, WriteOptions()) }
                if index % 5 == 0 { _ = try await backend.delete([Deletion(key: key)]) }
            }
            for size in [1, 2, 3, 5, 10, 20, 60] {
                do {
                    let found = try await Self.versions(backend, pagesOf: size)
                    #expect(Set(found.map(\.key)) == keys, "pages of \(size)")
                } catch {
                    let kind = (error as? StorageError)?.kind
                    #expect(kind == .unsupported || kind == .listingOutOfOrder, "pages of \(size): \(error)")
                }
            }
        }
    }
}
