// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Digests
import StorageModel
import Testing

@testable import SyncEngine

@Suite struct ChecksumComparisonTests {
    private static let plain = "d41d8cd98f00b204e9800998ecf8427e"
    private static let other = "900150983cd24fb0d6963f7d28e17f72"

    private func entry(_ tag: String?, _ checksums: [Checksum] = [], size: Int64 = 9, mayBe: Bool = true) -> Entry {
        Entry(
            key: ObjectKey("k"), size: size, tag: tag.map { VersionTag($0) }, checksums: checksums,
            tagMayBeDigest: mayBe)
    }

    private func compare(_ a: Entry, _ b: Entry) -> Bool? {
        let one = ChecksumComparison.compare(a, b)
        #expect(one == ChecksumComparison.compare(b, a))
        return one
    }

    @Test func plainTagsDecideBothWays() {
        #expect(compare(entry(Self.plain), entry(Self.plain)) == true)
        #expect(compare(entry(Self.plain), entry(Self.plain.uppercased())) == true)
        #expect(compare(entry(Self.plain), entry(Self.other)) == false)
    }

    @Test func opaqueTagsDecideNothing() {
        #expect(compare(entry("v1"), entry("v1")) == nil)
        #expect(compare(entry(Self.plain, mayBe: false), entry(Self.other)) == nil)
        #expect(compare(entry(nil), entry(Self.other)) == nil)
        #expect(compare(entry(Self.plain, mayBe: false), entry(Self.plain, mayBe: false)) == nil)
    }

    @Test func compositesProveOnlyEquality() {
        #expect(compare(entry(Self.plain + "-2"), entry(Self.plain + "-2")) == true)
        #expect(compare(entry(Self.plain + "-2"), entry(Self.other + "-2")) == nil)
        #expect(compare(entry(Self.plain + "-2"), entry(Self.plain + "-3")) == nil)
        #expect(compare(entry(Self.plain + "-2"), entry(Self.plain)) == nil)
        #expect(compare(entry(Self.plain + "-2"), entry(Self.plain + "-2", size: 10)) == nil)
    }

    @Test func onePartIsTheDigestOfTheDigest() throws {
        let digest = Digest.of(Array("content".utf8), .md5)
        let plain = Checksum(.md5, digest).hexadecimal, single = Digest.composite([digest]).hexadecimal
        #expect(compare(entry(plain), entry(single)) == true)
        #expect(compare(entry(Self.plain), entry(single)) == false)
        #expect(compare(entry(single), entry(Self.plain + "-1")) == false)
    }

    @Test func provenChecksumsOfOneAlgorithmDecide() {
        let one = Checksum(.crc32c, [1, 2, 3, 4]), two = Checksum(.crc32c, [4, 3, 2, 1])
        #expect(compare(entry(nil, [one]), entry("x", [one])) == true)
        #expect(compare(entry(nil, [one]), entry("x", [two])) == false)
        #expect(compare(entry(nil, [one]), entry(nil, [Checksum(.crc32, [1, 2, 3, 4])])) == nil)
    }

    @Test(arguments: [
        (plain, TagShape.digest), (plain.uppercased(), .digest), (plain + "-12", .composite), (plain + "-", .opaque),
        (plain + "x", .opaque), (plain + "-1x", .opaque), ("", .opaque), (String(plain.dropLast()), .opaque),
        (plain + "-123456", .opaque),
    ])
    func shapesAreTold(tag: String, shape: TagShape) {
        #expect(TagShape(VersionTag(tag)) == shape)
    }
}
