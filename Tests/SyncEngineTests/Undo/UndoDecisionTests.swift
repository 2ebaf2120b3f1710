// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel
import Testing

@testable import SyncEngine

@Suite struct UndoDecisionTests {
    private let key = ObjectKey("k")

    private func object(_ tag: String, _ modified: Int64? = nil, metadata: ObjectMetadata? = nil) -> Entry {
        Entry(
            key: key, size: 3, modified: modified.map { Timestamp(seconds: $0) }, tag: VersionTag(tag),
            metadata: metadata)
    }

    private func file(_ modified: Int64, size: Int64 = 3) -> Entry {
        Entry(key: key, size: size, modified: Timestamp(seconds: modified))
    }

    private func decision(_ change: UndoRecord.Change, _ before: Entry?, _ after: Entry?, _ now: Entry?) -> UndoDecision
    {
        UndoDecision(UndoRecord(change: change, key: key, before: before, kept: key, after: after), now: now)
    }

    @Test func objectsGoByTheirTags() {
        #expect(decision(.replaced, object("old"), object("new"), object("new", 7)) == .restore)
        #expect(decision(.replaced, object("old"), object("new"), object("old", 7)) == .nothing)
        #expect(decision(.replaced, object("old"), object("new"), object("other")) == .changed)
        #expect(decision(.replaced, object("old"), object("new"), nil) == .changed)
        #expect(decision(.replaced, object("old"), object("new", 6), object("new", 7)) == .changed)
        #expect(decision(.created, nil, object("new"), object("new")) == .remove)
        #expect(decision(.created, nil, object("new"), object("other")) == .changed)
        #expect(decision(.created, nil, object("new"), nil) == .nothing)
        #expect(decision(.deleted, object("old"), nil, nil) == .restore)
        #expect(decision(.deleted, object("old"), nil, object("old")) == .nothing)
        #expect(decision(.deleted, object("old"), nil, object("other")) == .changed)
    }

    @Test func filesGoByTheirSizesAndTimes() {
        #expect(decision(.replaced, file(1), file(2), file(2)) == .restore)
        #expect(decision(.replaced, file(1), file(2), file(1)) == .nothing)
        #expect(decision(.replaced, file(1), file(2), file(3)) == .changed)
        #expect(decision(.replaced, file(1), file(2), file(2, size: 4)) == .changed)
    }

    @Test func whatIsNotKnownToBeTheRunsStays() {
        #expect(decision(.replaced, object("old"), nil, object("new")) == .changed)
        #expect(decision(.replaced, object("old"), nil, object("old")) == .nothing)
        #expect(decision(.created, nil, nil, object("new")) == .changed)
        let untold = Entry(key: key, size: 3)
        #expect(decision(.created, nil, untold, object("new")) == .changed)
    }

    @Test func onlyTheTimeWasAnother() {
        let headers = ObjectMetadata(contentType: "text/plain")
        let before = object("same", 1, metadata: headers), after = object("same", 2, metadata: headers)
        #expect(decision(.replaced, before, after, after) == .restore)
        #expect(decision(.replaced, before, after, before) == .nothing)
        let none = object("same", nil, metadata: headers)
        #expect(decision(.replaced, none, after, none) == .nothing)
        #expect(decision(.replaced, none, after, after) == .restore)
    }
}
