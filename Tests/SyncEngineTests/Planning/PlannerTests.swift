// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel
import Testing

@testable import SyncEngine

@Suite struct PlannerTests {
    private static let limits = Capabilities.MultipartLimits(partMin: 5 << 20, partMax: 5 << 30, partCountMax: 10_000)

    private func planner(
        serverSide: Bool = false, copyMax: Int64? = 5 << 30, multipart: Capabilities.MultipartLimits? = limits,
        isMove: Bool = false, _ configure: (inout TransferOptions) -> Void = { _ in }
    ) -> Planner {
        var options = TransferOptions()
        configure(&options)
        let store = Capabilities(
            listingOrders: [.keyBytes], multipart: multipart, singleWriteMax: 5 << 30, serverSideCopyMax: copyMax,
            copiesParts: true)
        return Planner(
            options: options, source: store, target: store, canCopyServerSide: serverSide, keepsParts: isMove)
    }

    private func object(_ size: Int64, tag: String? = nil) -> Entry {
        Entry(key: ObjectKey("k"), size: size, tag: tag.map { VersionTag($0) })
    }

    private let composite = String(repeating: "0", count: 32) + "-3"

    @Test func smallObjectsGoWholeAndLargeOnesInParts() {
        let planner = planner()
        #expect(planner.strategy(object(0), streaming: false) == .single)
        #expect(planner.strategy(object(8 << 20), streaming: false) == .single)
        let large = planner.strategy(object(9 << 20), streaming: false)
        #expect(large == .parts(PartLayout(size: 9 << 20, partSize: 8 << 20)))
    }

    @Test func theCutoffIsBoundedByMemory() {
        let high = planner { $0.uploadCutoff = 200 << 20 }
        #expect(high.strategy(object(64 << 20), streaming: false) == .single)
        #expect(high.strategy(object(65 << 20), streaming: false) != .single)
    }

    @Test func aMultipartSourceKeepsItsParts() {
        let entry = object(3 * 16 << 20, tag: composite)
        #expect(planner().strategy(entry, streaming: false) == .parts(PartLayout(size: entry.size, partSize: 16 << 20)))
    }

    @Test func withoutPartsThereIsOnlyOneWrite() {
        let planner = planner(multipart: nil)
        #expect(planner.strategy(object(1 << 30), streaming: false) == .single)
        #expect(planner.strategy(object(6 << 30), streaming: false) == nil)
    }

    @Test func theStoreCopiesByItselfWhereItCan() {
        let planner = planner(serverSide: true)
        #expect(planner.strategy(object(1 << 30), streaming: false) == .serverCopy)
        let large = planner.strategy(object(6 << 30), streaming: false)
        #expect(large == .serverCopyParts(PartLayout(size: 6 << 30, partSize: 512 << 20)))
        #expect(planner.strategy(object(1), streaming: true) == .single)
        let small = self.planner(serverSide: true) { $0.copyCutoff = 6 << 20 }
        #expect(
            small.strategy(object(20 << 20), streaming: false)
                == .serverCopyParts(PartLayout(size: 20 << 20, partSize: 6 << 20)))
        let never = self.planner(serverSide: true) { $0.serverSide = .never }
        #expect(never.strategy(object(1), streaming: false) == .single)
    }

    @Test func keysThatTheStoreWouldMisreadStream() {
        var store = Capabilities(
            listingOrders: [.keyBytes], multipart: Self.limits, singleWriteMax: 5 << 30, serverSideCopyMax: 5 << 30,
            copiesParts: true, copiesPartsOfEscapedKeys: false)
        let size: Int64 = 6 << 30
        for (key, isServerSide) in [("k", true), ("a%41", false), ("a+b", false)] {
            let planner = Planner(
                options: TransferOptions(), source: store, target: store, canCopyServerSide: true, keepsParts: false)
            let strategy = planner.strategy(Entry(key: ObjectKey(key), size: size), streaming: false)
            #expect(strategy?.isServerSide == isServerSide, "\(key)")
        }
        store.copiesPartsOfEscapedKeys = true
        #expect(store.copiesParts(of: ObjectKey("a%41")))
    }

    @Test func aMoveCopiesPartsSoThatTheTagProvesIt() {
        let entry = object(3 * 16 << 20, tag: composite)
        let move = planner(serverSide: true, isMove: true).strategy(entry, streaming: false)
        #expect(move == .serverCopyParts(PartLayout(size: entry.size, partSize: 16 << 20)))
        #expect(planner(serverSide: true).strategy(entry, streaming: false) == .serverCopy)
    }
}
