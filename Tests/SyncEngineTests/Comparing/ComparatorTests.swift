// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Digests
import StorageModel
import Testing

@testable import SyncEngine

@Suite struct ComparatorTests {
    private static let local = Capabilities(
        listingOrders: [.keyBytes], listsModified: true, timePrecision: .nanoseconds(1), readsAreLocal: true)
    private static let remote = Capabilities(listingOrders: [.keyBytes], timePrecision: .nanoseconds(1))
    private static let md5 = "900150983cd24fb0d6963f7d28e17f72"
    private static let other = "d41d8cd98f00b204e9800998ecf8427e"

    private func comparator(
        _ source: Capabilities, _ target: Capabilities, repairs: Bool = true,
        _ configure: (inout ComparisonOptions) -> Void = { _ in }
    ) -> Comparator {
        var options = ComparisonOptions()
        configure(&options)
        return Comparator(
            options, source: Comparator.Store(source), target: Comparator.Store(target), repairsTimes: repairs,
            partSizes: { _ in [8 << 20] })
    }

    private func file(_ size: Int64 = 3, at seconds: Int64 = 100) -> Entry {
        Entry(key: ObjectKey("k"), size: size, modified: Timestamp(seconds: seconds))
    }

    private func object(
        _ size: Int64 = 3, tag: String? = nil, at seconds: Int64? = nil, written: Int64? = 500
    ) -> Entry {
        Entry(
            key: ObjectKey("k"), size: size, modified: seconds.map { Timestamp(seconds: $0) },
            written: written.map { Timestamp(seconds: $0) }, tag: tag.map { VersionTag($0) })
    }

    private func statted(_ sides: Side...) -> Knowledge {
        var knowledge = Knowledge.none
        knowledge.isSourceStatted = sides.contains(.source)
        knowledge.isTargetStatted = sides.contains(.target)
        return knowledge
    }

    private func md5Checksum(_ text: String) throws -> Checksum { try #require(VersionTag(text).lookalike) }

    // MARK: the ladder of auto

    @Test func differentSizesDifferAtOnce() {
        #expect(comparator(Self.local, Self.remote).verdict(file(3), object(4, tag: Self.md5)) == .differs(.size))
    }

    @Test func listedDigestsDecideWithoutARequest() {
        let comparator = comparator(Self.remote, Self.remote)
        #expect(comparator.verdict(object(tag: Self.md5), object(tag: Self.md5)) == .same(.checksum))
        #expect(comparator.verdict(object(tag: Self.md5), object(tag: Self.other)) == .differs(.checksum))
        #expect(comparator.verdict(object(0, tag: "x"), object(0, tag: "y")) == .same(.size))
    }

    @Test func twoDirectoriesGoByTheirTimes() {
        let comparator = comparator(Self.local, Self.local)
        #expect(comparator.verdict(file(), file()) == .same(.mtime))
        let proof = comparator.verdict(file(), file(at: 101))
        #expect(proof == .needs(.digests(.source, [.whole(.md5)])))
        var knowledge = Knowledge.none
        knowledge.sourceDigests[.whole(.md5)] = Checksum(.md5, Array(repeating: 1, count: 16))
        #expect(comparator.verdict(file(), file(at: 101), knowledge) == .needs(.digests(.target, [.whole(.md5)])))
        knowledge.targetDigests = knowledge.sourceDigests
        #expect(comparator.verdict(file(), file(at: 101), knowledge) == .same(.digest, repairsTime: true))
        knowledge.targetDigests[.whole(.md5)] = Checksum(.md5, Array(repeating: 2, count: 16))
        #expect(comparator.verdict(file(), file(at: 101), knowledge) == .differs(.digest))
    }

    @Test func aSmallFileIsDigestedBeforeAnythingIsAsked() throws {
        let comparator = comparator(Self.local, Self.remote)
        let target = object(tag: Self.md5)
        #expect(comparator.verdict(file(), target) == .needs(.digests(.source, [.whole(.md5)])))
        var knowledge = Knowledge.none
        knowledge.sourceDigests[.whole(.md5)] = try md5Checksum(Self.md5)
        // The listing does not show the stored time, so it is not repaired.
        #expect(comparator.verdict(file(), target, knowledge) == .same(.digest))
        knowledge.sourceDigests[.whole(.md5)] = try md5Checksum(Self.other)
        #expect(comparator.verdict(file(), target, knowledge) == .differs(.digest))
    }

    @Test func aLargeFileAsksForTheStoredTimeFirst() throws {
        let comparator = comparator(Self.local, Self.remote)
        let source = file(2 << 20), target = object(2 << 20, tag: Self.md5)
        #expect(comparator.verdict(source, target) == .needs(.stat(.target)))
        let equal = object(2 << 20, tag: Self.md5, at: 100)
        #expect(comparator.verdict(source, equal, statted(.target)) == .same(.mtime))
        let older = object(2 << 20, tag: Self.md5, at: 99)
        var knowledge = statted(.target)
        #expect(comparator.verdict(source, older, knowledge) == .needs(.digests(.source, [.whole(.md5)])))
        knowledge.sourceDigests[.whole(.md5)] = try md5Checksum(Self.md5)
        #expect(comparator.verdict(source, older, knowledge) == .same(.digest, repairsTime: true))
        knowledge.sourceDigests[.whole(.md5)] = try md5Checksum(Self.other)
        #expect(comparator.verdict(source, older, knowledge) == .differs(.digest))
    }

    @Test func aCompositeIsTriedInOurLayoutThenInOthers() throws {
        let comparator = comparator(Self.local, Self.remote)
        let size: Int64 = 12 << 20
        let tag = Self.md5 + "-2"
        let source = file(size), target = object(size, tag: tag, at: 1)
        var knowledge = statted(.target)
        #expect(
            comparator.verdict(source, target, knowledge) == .needs(.digests(.source, [.parts(size: 8 << 20)])))
        knowledge.sourceDigests[.parts(size: 8 << 20)] = try md5Checksum(Self.other + "-2")
        guard case .needs(.digests(.source, let rest)) = comparator.verdict(source, target, knowledge) else {
            Issue.record("other layouts are not tried")
            return
        }
        #expect(rest.contains(.parts(size: 10 << 20)) && !rest.contains(.parts(size: 8 << 20)))
        for layout in rest { knowledge.sourceDigests[layout] = try md5Checksum(Self.other + "-2") }
        // No candidate fits: that proves nothing, and the times differ.
        #expect(comparator.verdict(source, target, knowledge) == .differs(.mtime))
        knowledge.sourceDigests[.parts(size: 10 << 20)] = try md5Checksum(tag)
        #expect(comparator.verdict(source, target, knowledge) == .same(.digest, repairsTime: true))
    }

    @Test func twoBucketsWithoutComparableTagsAskOnceEach() {
        let comparator = comparator(Self.remote, Self.remote)
        let one = object(tag: Self.md5 + "-2"), two = object(tag: Self.other + "-3")
        #expect(comparator.verdict(one, two) == .needs(.stat(.source)))
        #expect(comparator.verdict(one, two, statted(.source)) == .needs(.stat(.target)))
        let both = statted(.source, .target)
        #expect(
            comparator.verdict(object(tag: Self.md5 + "-2", at: 7), object(tag: Self.other + "-3", at: 7), both)
                == .same(.mtime))
        // A source without a stored time is known by when it was written, as the copy keeps it.
        #expect(
            comparator.verdict(object(tag: "a", written: 7), object(tag: "b", at: 7), both) == .same(.mtime))
        #expect(comparator.verdict(object(tag: "a", at: 7), object(tag: "b", at: 8), both) == .differs(.mtime))
        #expect(
            comparator.verdict(object(tag: "a", written: nil), object(tag: "b"), both) == .differs(.nothingComparable))
    }

    @Test func timesWithinTheWindowAreEqual() {
        let wide = comparator(Self.local, Self.local) { $0.modifyWindow = .seconds(2) }
        #expect(wide.verdict(file(at: 100), file(at: 101)) == .same(.mtime))
        #expect(wide.verdict(file(at: 100), file(at: 102)) != .same(.mtime))
        var coarse = Self.local
        coarse.timePrecision = .seconds(1)
        let rounded = Entry(key: ObjectKey("k"), size: 3, modified: Timestamp(seconds: 100, nanoseconds: 999))
        #expect(comparator(Self.local, coarse).verdict(rounded, file(at: 100)) == .same(.mtime))
    }

    // MARK: rclone's options

    @Test func existingAndForcedComeFirst() {
        let existing = comparator(Self.local, Self.remote) {
            $0.ignoresExisting = true; $0.ignoresTimes = true
        }
        #expect(existing.verdict(file(3), object(4)) == .leave(.existing))
        let forced = comparator(Self.local, Self.remote) {
            $0.ignoresTimes = true; $0.update = true
        }
        #expect(forced.verdict(file(3), object(3, tag: Self.md5)) == .differs(.forced))
    }

    @Test func updateLeavesWhatIsNewer() {
        let update = comparator(Self.local, Self.local) { $0.update = true }
        #expect(update.verdict(file(3, at: 100), file(4, at: 101)) == .leave(.newer))
        #expect(update.verdict(file(3, at: 100), file(4, at: 99)) == .differs(.size))
        #expect(update.verdict(file(3, at: 100), file(3, at: 100)) == .same(.mtime))
        #expect(update.verdict(file(3, at: 100), file(3, at: 99)) == .needs(.digests(.source, [.whole(.md5)])))
        let remote = comparator(Self.local, Self.remote) { $0.update = true }
        #expect(remote.verdict(file(), object()) == .needs(.stat(.target)))
        #expect(remote.verdict(file(at: 100), object(written: 500), statted(.target)) == .leave(.newer))
    }

    @Test func sizeOnlyLooksAtNothingElse() {
        let sizes = comparator(Self.local, Self.remote) { $0.method = .size }
        #expect(sizes.verdict(file(3), object(3)) == .same(.size))
        #expect(sizes.verdict(file(3), object(4)) == .differs(.size))
    }

    @Test func mtimeAsksForTheTimeOfAnObject() {
        let times = comparator(Self.local, Self.remote) { $0.method = .mtime }
        #expect(times.verdict(file(), object(tag: Self.md5)) == .needs(.stat(.target)))
        #expect(times.verdict(file(), object(at: 100), statted(.target)) == .same(.mtime))
        #expect(
            times.verdict(file(), object(tag: Self.md5, at: 99), statted(.target))
                == .needs(.digests(.source, [.whole(.md5)])))
        #expect(times.verdict(file(), object(tag: "x", at: 99), statted(.target)) == .differs(.mtime))
    }

    @Test func checksumIsNeverWeaker() {
        let sums = comparator(Self.local, Self.remote) { $0.method = .checksum }
        #expect(
            sums.verdict(file(2 << 20), object(2 << 20, tag: Self.md5)) == .needs(.digests(.source, [.whole(.md5)])))
        #expect(sums.verdict(file(), object(tag: "opaque")) == .needs(.stat(.target)))
        #expect(
            sums.verdict(file(), object(tag: "opaque", at: 100), statted(.target)) == .differs(.nothingComparable))
        let remote = comparator(Self.remote, Self.remote) { $0.method = .checksum }
        #expect(
            remote.verdict(object(tag: "a", at: 1), object(tag: "b", at: 1), statted(.source, .target))
                == .differs(.nothingComparable))
    }

    @Test func ignoringSizeStillCompares() {
        let loose = comparator(Self.remote, Self.remote) { $0.ignoresSize = true }
        #expect(loose.verdict(object(3, tag: Self.md5), object(4, tag: Self.other)) == .differs(.checksum))
    }

    @Test func nothingIsRepairedWhereNothingMayBeWritten() throws {
        let comparator = comparator(Self.local, Self.remote, repairs: false)
        var knowledge = statted(.target)
        knowledge.sourceDigests[.whole(.md5)] = try md5Checksum(Self.md5)
        #expect(comparator.verdict(file(), object(tag: Self.md5, at: 1), knowledge) == .same(.digest))
    }
}
