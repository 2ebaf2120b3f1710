// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel
import Testing

@testable import SyncEngine

/// What tells one state of a pair from another.
@Suite struct PairProofTests {
    private let file = Entry(
        key: ObjectKey("k"), size: 5, modified: Timestamp(seconds: 100, nanoseconds: 7),
        fileIdentity: FileIdentity(device: 1, inode: 2, changed: Timestamp(seconds: 101, nanoseconds: 8)))
    private let object = Entry(
        key: ObjectKey("p/k"), size: 5, written: Timestamp(seconds: 200),
        tag: VersionTag("5d41402abc4b2a76b9719d911017c592"))

    private func proof(
        _ source: Entry, _ target: Entry, byDigest: Bool = false, before: Int64 = 1000
    ) -> [UInt8]? {
        var bytes: [UInt8] = []
        let isWhole = PairProof.encode(
            source, target, targetByDigest: byDigest, before: Timestamp(seconds: before), into: &bytes)
        return isWhole ? bytes : nil
    }

    private func changed(_ entry: Entry, _ change: (inout Entry) -> Void) -> Entry {
        var copy = entry
        change(&copy)
        return copy
    }

    @Test func everyPropertyOfAStateCounts() {
        let proofs = [
            proof(file, object),
            proof(changed(file) { $0.modified = Timestamp(seconds: 100, nanoseconds: 6) }, object),
            proof(changed(file) { $0.fileIdentity?.changed = Timestamp(seconds: 101, nanoseconds: 9) }, object),
            proof(changed(file) { $0.fileIdentity?.inode = 3 }, object),
            proof(changed(file) { $0.fileIdentity?.device = 3 }, object),
            proof(changed(file) { $0.size = 6 }, changed(object) { $0.size = 6 }),
            proof(file, changed(object) { $0.tag = VersionTag("5d41402abc4b2a76b9719d911017c593") }),
            proof(file, changed(object) { $0.written = Timestamp(seconds: 201) }),
            proof(file, object, byDigest: true),
            proof(object, file),
        ]
        #expect(proofs.allSatisfy { $0 != nil })
        #expect(Set(proofs).count == proofs.count)
        let sameByDigest = proof(file, changed(object) { $0.written = nil }, byDigest: true)
        #expect(sameByDigest == proof(file, object, byDigest: true))
    }

    @Test func whatCannotBeToldFromOtherStatesHasNoProof() {
        #expect(proof(file, changed(object) { $0.size = 6 }) == nil)
        #expect(proof(file, changed(object) { $0.tag = nil }) == nil)
        #expect(proof(file, changed(object) { $0.written = nil }) == nil)
        #expect(proof(changed(file) { $0.modified = nil }, object) == nil)
        #expect(proof(changed(file) { $0.kind = .symbolicLink }, object) == nil)
        #expect(proof(file, object, before: 101) == nil, "changed within the second")
        #expect(proof(file, object, before: 102) != nil)
        #expect(proof(changed(file) { $0.modified = Timestamp(seconds: 2000) }, object) == nil, "of the future")
    }

    @Test func onlyATagThatIsADigestStandsForTheContent() {
        #expect(PairProof.hasDigest(object))
        #expect(PairProof.hasDigest(changed(object) { $0.tag = VersionTag("5d41402abc4b2a76b9719d911017c592-3") }))
        #expect(!PairProof.hasDigest(changed(object) { $0.tag = VersionTag("a1b2") }))
        #expect(!PairProof.hasDigest(changed(object) { $0.tagMayBeDigest = false }))
        #expect(!PairProof.hasDigest(changed(object) { $0.tag = nil }))
        #expect(!PairProof.hasDigest(file))
    }
}
