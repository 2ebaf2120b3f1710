// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Foundation
import StorageModel
import StorageTestKit
import Testing

@testable import StorageLayers

/// `GODWIT_TEST_KEYSETS` says how many sets of keys; `GODWIT_TEST_SEED` replays one.
@Suite struct SplitListingTests {
    private static var seeds: Range<UInt64> {
        let environment = ProcessInfo.processInfo.environment
        if let seed = environment["GODWIT_TEST_SEED"].flatMap(UInt64.init) { return seed..<seed + 1 }
        return 1..<1 + (environment["GODWIT_TEST_KEYSETS"].flatMap(UInt64.init) ?? 200)
    }

    private func limits(_ random: inout SeededRandom) -> SplitLimits {
        var limits = SplitLimits(
            streamsMax: Int.random(in: 1...16, using: &random),
            bytesMax: Int.random(in: 1_000...200_000, using: &random))
        limits.pagesBeforeSplit = Int.random(in: 1...3, using: &random)
        limits.missesBeforeLook = Int.random(in: 0...2, using: &random)
        return limits
    }

    private func keys(
        of shelf: Shelf, _ request: ListRequest, _ limits: SplitLimits
    ) async throws(StorageError) -> [ObjectKey] {
        let listing = SplitListing(request, limits) { shelf.list($0) }
        var found = [ObjectKey]()
        while let page = try await listing.next() { found += page.entries.map(\.key) }
        return found
    }

    private func request(_ keys: [ObjectKey], _ random: inout SeededRandom) -> ListRequest {
        var request = ListRequest(order: random.chance(50) ? .keyBytes : .pathComponents)
        if random.chance(30), let key = keys.randomElement(using: &random) {
            request.prefix = ObjectKey(key.bytes.prefix(Int.random(in: 0...min(key.bytes.count, 8), using: &random)))
        }
        if random.chance(30) { request.after = keys.randomElement(using: &random) }
        return request
    }

    @Test func aSplitListingIsTheSerialOne() async throws {
        for seed in Self.seeds {
            var random = SeededRandom(seed: seed)
            let keys = RandomKeys.set(&random)
            let request = request(keys, &random)
            let shelf = Shelf(
                keys, order: request.order, pageSize: Int.random(in: 1...12, using: &random), random: random)
            let serial = try await shelf.serial(request)
            let pages = shelf.requests
            let found = try await self.keys(of: shelf, request, limits(&random))
            let isSerial = found == serial
            #expect(isSerial, "seed \(seed)")
            #expect(shelf.requests - pages <= pages * 105 / 100 + 200, "seed \(seed)")
        }
    }

    @Test func whatStaysIsListedOnceWhileOthersComeAndGo() async throws {
        for seed in Self.seeds {
            var random = SeededRandom(seed: seed)
            let all = RandomKeys.set(&random)
            let visitors = Set(all.filter { _ in random.chance(20) })
            let request = request(all, &random)
            let shelf = Shelf(
                all.filter { !visitors.contains($0) }, visitors: Array(visitors), order: request.order,
                pageSize: Int.random(in: 1...12, using: &random), random: random)
            let found = try await keys(of: shelf, request, limits(&random))
            let isInOrder = zip(found, found.dropFirst()).allSatisfy { request.order.compare($0, $1) < 0 }
            #expect(isInOrder, "seed \(seed)")
            let staying = all.filter { key in
                !visitors.contains(key) && key.hasPrefix(request.prefix)
                    && (request.after.map { request.order.compare($0, key) < 0 } ?? true)
            }
            let isWhole = Set(found).subtracting(visitors) == Set(staying) && Set(found).isSubset(of: all)
            #expect(isWhole, "seed \(seed)")
        }
    }

    @Test(arguments: Shelf.Manner.allCases)
    func aStoreThatListsWronglyIsListedAsByOneCursor(manner: Shelf.Manner) async throws {
        for seed in Self.seeds.prefix(500) {
            var random = SeededRandom(seed: seed)
            let keys = RandomKeys.set(&random)
            let shelf = Shelf(
                keys, order: .keyBytes, pageSize: Int.random(in: 1...12, using: &random), manner: manner, random: random
            )
            let request = ListRequest(order: .keyBytes)
            let serial = try await shelf.serial(request)
            let pages = shelf.requests
            let isSerial = try await self.keys(of: shelf, request, limits(&random)) == serial
            #expect(isSerial, "seed \(seed)")
            #expect(shelf.requests - pages <= pages * 105 / 100 + 200, "seed \(seed)")
        }
    }

    /// Dates below names: nothing that can be counted off. Whoever reads has to wait, so that more is asked for at once.
    @Test func directoriesAreListedByTheirNames() async throws {
        var keys = [ObjectKey]()
        for team in 0..<12 {
            for day in 0..<team * 3 {
                keys += (0..<15).map { ObjectKey("team-\(team + 10)/2024-\(day + 100)/\($0 * 7 + 100)") }
            }
        }
        for order in [ListingOrder.keyBytes, .pathComponents] {
            let shelf = Shelf(keys, order: order, pageSize: 20, random: SeededRandom(seed: 1))
            let request = ListRequest(order: order)
            let serial = try await shelf.serial(request)
            let pages = shelf.requests
            var limits = SplitLimits(streamsMax: 8, bytesMax: 200_000)
            limits.missesBeforeLook = 0
            let isSerial = try await self.keys(of: shelf, request, limits) == serial
            #expect(isSerial)
            #expect(shelf.looks > 0)
            #expect(shelf.requests - pages <= pages * 105 / 100 + 200)
        }
    }

    /// Through the layers: retries are of each request, and what may not be split is one cursor's.
    @Test func listingsAreSplitAboveRetries() async throws {
        let backend = ScriptedBackend(pageSize: 10)
        let names = (100..<999).map { "k\($0)" }
        for name in names { backend.put(name, "") }
        for number in 0..<20 { backend.script("page", number % 3 == 0 ? .fail(transient()) : .after { _ in }) }
        let split = InterceptedBackend(backend, retrying(backend).interceptor, splitting: SplitLimits())
        var request = ListRequest(order: .keyBytes)
        #expect(try await keys(split.list(request)) == names)
        #expect(split.list(request) is SplitListing)
        request.maySplit = false
        #expect(!(split.list(request) is SplitListing))
        request = ListRequest(delimiter: UInt8(ascii: "/"), order: .keyBytes)
        #expect(!(split.list(request) is SplitListing))
        request = ListRequest(order: .unordered)
        #expect(!(split.list(request) is SplitListing))
        request = ListRequest(order: .keyBytes)
        request.versions = .all
        #expect(!(split.list(request) is SplitListing))
        #expect(!(retrying(backend).list(ListRequest(order: .keyBytes)) is SplitListing))
    }

    private func keys(_ listing: any Listing) async throws -> [String] {
        var keys: [String] = []
        while let page = try await listing.next() { keys += page.entries.map(\.key.description) }
        return keys
    }

    @Test func anErrorComesInItsPlaceAndEndsTheListing() async throws {
        let keys = (1000..<3000).map { ObjectKey("\($0)") }
        let random = SeededRandom(seed: 1)
        let shelf = Shelf(keys, order: .keyBytes, pageSize: 10, random: random)
        let listing = SplitListing(ListRequest(order: .keyBytes), SplitLimits()) { request in
            FailingListing(shelf.list(request), at: ObjectKey("2000"))
        }
        var found = [ObjectKey]()
        await #expect(throws: StorageError.self) {
            while let page = try await listing.next() { found += page.entries.map(\.key) }
        }
        let isBeginning = found == Array(keys[..<found.count])
        #expect(isBeginning && found.count <= 1000)
    }

    @Test func cancellingEndsIt() async throws {
        let task = Task {
            let listing = SplitListing(ListRequest(order: .keyBytes), SplitLimits()) { _ in EndlessListing() }
            while try await listing.next() != nil {}
        }
        try await Task.sleep(for: .milliseconds(20))
        task.cancel()
        await #expect(throws: StorageError.self) { try await task.value }
    }
}

/// Fails when it comes to a key.
private final class FailingListing: Listing {
    private let inner: any Listing
    private let key: ObjectKey

    init(_ inner: any Listing, at key: ObjectKey) {
        self.inner = inner
        self.key = key
    }

    func next() async throws(StorageError) -> ListingPage? {
        let page = try await inner.next()
        guard page?.entries.contains(where: { $0.key == key }) != true else {
            throw StorageError(.connectionLost, during: .list, message: "broken on purpose")
        }
        return page
    }
}

/// Never answers.
private final class EndlessListing: Listing {
    func next() async throws(StorageError) -> ListingPage? {
        do { try await Task.sleep(for: .seconds(3600)) } catch {}
        throw StorageError(.cancelled, during: .list, message: "cancelled")
    }
}
