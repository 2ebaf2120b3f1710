// Part of godwit. SPDX-License-Identifier: Apache-2.0

import BackendMemory
import StorageModel
import StorageTestKit
import Testing

@testable import SyncEngine

@Suite struct UndoTrashTests {
    private func filled(_ backend: any Backend) async throws {
        for index in 0..<200 { try await backend.put([1], at: ObjectKey("\(trash)x/\(index)")) }
        try await backend.fill([
            "!": "first", ".godwit-trash": "a file", ".godwit-trash-": "2", ".godwit-trash0": "3", "a": "4", "z/y": "5",
        ])
    }

    @Test(arguments: [ListingOrder.keyBytes, .pathComponents, .unordered])
    func noSideIsListedWithIt(order: ListingOrder) async throws {
        let source = bucket(orders: [order]), target = bucket(orders: [.keyBytes])
        try await filled(source)
        try await target.put([9], at: ObjectKey("\(trash)kept"))
        try await target.fill(["old": "x"])
        let counting = FaultyBackend(source)
        let run = await ran(.sync, counting, target)
        #expect(run.isClean && run.report.objects.transferred == 6 && run.report.objects.deleted == 1)
        #expect(try await target.get(ObjectKey("\(trash)kept")) == [9])
        #expect(try await target.snapshot() == source.snapshot())
        // Two hundred objects are thirty pages.
        if order == .keyBytes { #expect(counting.calls(of: .list) < 6) }
        let back = FaultyBackend(target)
        #expect(await ran(.sync, source, back).changes == 0)
    }

    @Test func aLocationWithinItIsListed() async throws {
        let source = bucket(), target = bucket()
        try await filled(source)
        let run = await ran(.copy, source, target, from: trash.description)
        #expect(run.report.objects.transferred == 200)
        let other = await ran(.copy, source, target, from: "z/", to: trash.description)
        #expect(other.report.objects.transferred == 1)
    }

    @Test func directoryTreesHaveItAnywhere() async throws {
        let tree = TreeBackend(directory())
        try await tree.fill(["a/.godwit-trash/r/x": "1", "a/b": "2", "a/.godwit-trashed/x": "3"])
        let target = bucket()
        #expect(await ran(.copy, tree, target).isClean)
        #expect(try await target.contents().keys.map(\.description).sorted() == ["a/.godwit-trashed/x", "a/b"])
        // In a bucket that is any name.
        try await target.fill(["a/.godwit-trash/r/x": "1"])
        let other = bucket()
        #expect(await ran(.copy, target, other).report.objects.transferred == 3)
    }

    @Test func placesThatCannotBe() {
        let store = MemoryStore(containers: ["memory", "other"])
        func location(_ prefix: String, _ container: String = "memory") -> SyncLocation {
            SyncLocation(backend: bucket(store, container: container), prefix: ObjectKey(prefix))
        }
        func refusal(
            _ place: SyncLocation?, from source: SyncLocation? = nil, to target: SyncLocation, mode: SyncMode = .sync
        ) -> String? {
            UndoOptions(place: place).refusal(mode: mode, source: source ?? location("", "other"), target: target)
        }
        #expect(refusal(location(trash.description), to: location("")) == nil)
        #expect(refusal(location(trash.description), to: location("data/")) == nil)
        #expect(refusal(location("undo/"), to: location("data/")) == nil)
        #expect(refusal(nil, to: location("")) == nil)
        #expect(refusal(location("data/undo/"), to: location("data/"))?.contains("target") == true)
        #expect(refusal(location("data/"), to: location("data/")) != nil)
        #expect(refusal(location(""), to: location("data/")) != nil)
        #expect(refusal(location("undo/"), to: location("")) != nil)
        #expect(refusal(location("undo/", "other"), to: location(""))?.contains("source") == true)
        #expect(refusal(location("\(trash)deep/"), to: location(trash.description)) != nil)
        #expect(refusal(location(trash.description), to: location("data/"), mode: .move)?.contains("move") == true)
    }

    @Test func whatIsOldExpires() {
        let now = Timestamp(rfc3339: Array("2026-11-30T00:00:00Z".utf8)) ?? Timestamp(seconds: 0)
        let expiry = UndoExpiry(now: now, age: .seconds(3 * 86_400))
        let keys = [
            ".godwit-trash/20261125T193015Z-0badcafe/a": true, "x/.godwit-trash/20261125T193015Z-0badcafe/b/c": true,
            ".godwit-trash/20261127T000000Z-0badcafe/a": true, ".godwit-trash/20261127T000001Z-0badcafe/a": false,
            ".godwit-trash/20271125T193015Z-0badcafe/a": false, ".godwit-trash/mine/a": false,
            ".godwit-trash/20261125T193015Z-0badcafe": false, "20261125T193015Z-0badcafe/a": false,
            ".godwit-trash/20261325T193015Z-0badcafe/a": false, ".godwit-trash/20261125T193015Z-0BADCAFE/a": false,
            ".godwit-trash/20261125T193015Z-0badcafe0/a": false,
        ]
        for (key, isExpired) in keys { #expect(expiry.isExpired(ObjectKey(key)) == isExpired, "\(key)") }
        let entries = keys.keys.map { Entry(key: ObjectKey($0), size: 1) }
        #expect(expiry.expired(entries).count == 3)
        #expect(UndoExpiry.run(of: ObjectKey("\(trash)a/b")) == "20261125T193015Z-0badcafe")
    }
}
