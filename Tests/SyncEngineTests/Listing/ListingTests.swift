// Part of godwit. SPDX-License-Identifier: Apache-2.0

import BackendMemory
import StorageModel
import StorageTestKit
import Testing

@testable import SyncEngine

@Suite struct ListingTests {
    @Test(arguments: 0..<100) func descendingGivesTheOrderOfBytes(seed: UInt64) async throws {
        var random = SeededRandom(seed: seed)
        let backend = bucket(orders: [.pathComponents], pageSize: Int.random(in: 1...9, using: &random))
        let keys = Trees.keys(Int.random(in: 0...120, using: &random), &random)
        for key in keys { try await backend.put([1], at: key) }
        let listing = DescendingListing(backend, ListRequest(order: .pathComponents))
        #expect(try await drained(listing) == keys.sorted(), "seed \(seed)")
    }

    @Test func descendingHoldsNestedPrefixesBack() async throws {
        let backend = bucket(orders: [.pathComponents], pageSize: 2)
        let keys = [
            "foo", "foo/x", "foo/", "foo!/b", "foo!!/c", "foo!!", "foo-/a", "foo-bar", "foo0", "foo/x/y", "fo", "a//b",
            "a/", "a",
        ].map { ObjectKey($0) }
        for key in keys { try await backend.put([1], at: key) }
        let listing = DescendingListing(backend, ListRequest(order: .pathComponents))
        #expect(try await drained(listing) == keys.sorted())
    }

    @Test func descendingStaysUnderItsPrefix() async throws {
        let backend = bucket(orders: [.pathComponents], pageSize: 2)
        for key in ["p/a/b", "p/a!", "q", "p", "p!"] { try await backend.put([1], at: ObjectKey(key)) }
        let listing = DescendingListing(backend, ListRequest(prefix: ObjectKey("p/"), order: .pathComponents))
        #expect(try await drained(listing) == [ObjectKey("p/a!"), ObjectKey("p/a/b")])
    }

    @Test(arguments: 0..<60) func sortingGivesEitherOrderWithTinyRuns(seed: UInt64) async throws {
        var random = SeededRandom(seed: seed)
        let backend = bucket(orders: [.unordered], pageSize: Int.random(in: 1...9, using: &random)) { $0.seed = seed }
        let keys = Trees.keys(Int.random(in: 0...150, using: &random), &random)
        for key in keys { try await backend.put(random.bytes(3), at: key) }
        for order in [ListingOrder.keyBytes, .pathComponents] {
            let limits = RecordSorter.Limits(
                runSize: Int.random(in: 50...2000, using: &random), fanIn: Int.random(in: 2...5, using: &random))
            let listing = SortedListing(
                backend.list(ListRequest(order: .unordered)), order: order, directory: "/tmp", pageSize: 11,
                limits: limits)
            #expect(
                try await drained(listing) == keys.sorted { order.compare($0, $1) < 0 }, "seed \(seed) \(order)")
        }
    }

    @Test func sortingKeepsEverythingOfAnEntry() async throws {
        let entries = [
            Entry(
                key: ObjectKey("b"), kind: .symbolicLink, size: 1 << 40,
                modified: Timestamp(seconds: -5, nanoseconds: 7),
                written: Timestamp(seconds: 9), tag: VersionTag("tag-1"), version: "v",
                checksums: [Checksum(.crc32c, [1, 2, 3, 4]), Checksum(.md5, Array(0..<16), parts: 3)],
                tagMayBeDigest: false, storageClass: "COLD",
                fileIdentity: FileIdentity(device: 1, inode: .max, changed: Timestamp(seconds: 3, nanoseconds: 4))),
            Entry(key: ObjectKey("a"), size: 0),
        ]
        let listing = SortedListing(
            FixedListing(pages: [entries]), order: .keyBytes, directory: "/tmp",
            pageSize: 1, limits: RecordSorter.Limits(runSize: 1, fanIn: 2))
        #expect(try await listing.next()?.entries == [entries[1]])
        #expect(try await listing.next()?.entries == [entries[0]])
        #expect(try await listing.next() == nil)
    }

    @Test func sortingDropsWhatIsListedTwice() async throws {
        let pages = [["b", "a"], ["b", "c"], ["a"]].map { $0.map { Entry(key: ObjectKey($0), size: 1) } }
        let listing = SortedListing(
            FixedListing(pages: pages), order: .keyBytes, directory: "/tmp",
            pageSize: 2, limits: RecordSorter.Limits(runSize: 1, fanIn: 2))
        #expect(try await drained(listing) == ["a", "b", "c"].map { ObjectKey($0) })
    }

    @Test func sortingSaysWhereThereIsNoRoom() async throws {
        let listing = SortedListing(
            FixedListing(pages: [[Entry(key: ObjectKey("a"), size: 1)]]), order: .keyBytes,
            directory: "/nonexistent/godwit", pageSize: 1, limits: RecordSorter.Limits(runSize: 1, fanIn: 2))
        let error = await #expect(throws: StorageError.self) { _ = try await listing.next() }
        #expect(error?.advice?.contains("TMPDIR") ?? false)
    }

    @Test(arguments: [
        (["a", "b", "b"], false), (["a", "c", "b"], false), (["a", "b", "c"], true), ([], true),
        (["foo!", "foo/x"], true), (["foo/x", "foo!"], false),
    ])
    func theOrderIsChecked(keys: [String], isRight: Bool) async throws {
        for pageSize in 1...3 {
            let entries = keys.map { Entry(key: ObjectKey($0), size: 0) }
            let pages = stride(from: 0, to: entries.count, by: pageSize).map {
                Array(entries[$0..<min($0 + pageSize, entries.count)])
            }
            let listing = CheckedListing(FixedListing(pages: pages), order: .keyBytes, location: "here")
            do {
                _ = try await drained(listing)
                #expect(isRight)
            } catch {
                #expect(!isRight && error.kind == .listingOutOfOrder)
            }
        }
    }

    @Test func theFastComparisonAgreesWithTheVocabulary() {
        var random = SeededRandom(seed: 3)
        for _ in 0..<3000 {
            let a = Trees.key(&random), b = Trees.key(&random)
            for order in [ListingOrder.keyBytes, .pathComponents] {
                let fast = order.compare(
                    a.prefixed(by: ObjectKey("p/")), dropping: 2, b.prefixed(by: ObjectKey("longer/")), dropping: 7)
                #expect(fast.signum() == order.compare(a, b).signum(), "\(a) \(b)")
            }
        }
    }
}

/// A listing of fixed pages.
final class FixedListing: Listing, @unchecked Sendable {  // safe: one caller pulls at a time (Listing's contract)
    private var pages: ArraySlice<[Entry]>

    init(pages: [[Entry]]) { self.pages = pages[...] }

    func next() async throws(StorageError) -> ListingPage? { pages.popFirst().map { ListingPage(entries: $0) } }
}

func drained(_ listing: any Listing) async throws(StorageError) -> [ObjectKey] {
    var keys = [ObjectKey]()
    while let page = try await listing.next() { keys += page.entries.map(\.key) }
    return keys
}
