// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Digests
import StorageModel

/// Whether digests that the stores gave say that two objects are the same.
enum ChecksumComparison {
    /// True: the same. False: different. Nil: nothing here proves either.
    static func compare(_ a: Entry, _ b: Entry) -> Bool? {
        if a.checksums.isEmpty, b.checksums.isEmpty, let quick = equalTags(a, b) { return quick }
        let left = digests(a), right = digests(b)
        var sameComposite = false
        for one in left {
            for other in right where one.algorithm == other.algorithm {
                switch compare(one, other) {
                case .some(let same) where one.parts == nil || other.parts == nil || one.parts == 1: return same
                case .some(true): sameComposite = a.size == b.size
                case .some(false), nil: break
                }
            }
        }
        return sameComposite ? true : nil
    }

    /// The digests that an entry offers: proven ones, and its tag where that may be one.
    static func digests(_ entry: Entry) -> [Checksum] {
        var digests = entry.checksums
        if entry.tagMayBeDigest, let tag = entry.tag?.lookalike { digests.append(tag) }
        return digests
    }

    /// The digest of the whole object to compare content with, the cheapest to compute first.
    static func whole(_ entry: Entry) -> Checksum? {
        let cheapest: [ChecksumAlgorithm] = [.crc64nvme, .md5, .sha1, .sha256, .crc32c, .crc32]
        let whole = digests(entry).filter { $0.parts == nil }
        return cheapest.lazy.compactMap { algorithm in whole.first { $0.algorithm == algorithm } }.first
    }

    /// The composite MD5 of the object's parts.
    static func composite(_ entry: Entry) -> Checksum? {
        digests(entry).first { $0.parts != nil && $0.algorithm == .md5 }
    }

    /// Equal tags prove equal content when both are digests; the case of nearly every unchanged pair.
    private static func equalTags(_ a: Entry, _ b: Entry) -> Bool? {
        guard a.tagMayBeDigest, b.tagMayBeDigest, let left = a.tag, let right = b.tag, left.bytes == right.bytes else {
            return nil
        }
        return TagShape(left) != .opaque && a.size == b.size ? true : nil
    }

    private static func compare(_ a: Checksum, _ b: Checksum) -> Bool? {
        switch (a.parts, b.parts) {
        case (nil, nil): a.bytes == b.bytes
        // The composite of a single part is the digest of the whole object's digest.
        case (nil, 1): Digest.composite([a.bytes], a.algorithm) == b
        case (1, nil): Digest.composite([b.bytes], a.algorithm) == a
        case (let left?, let right?) where left == right: a.bytes == b.bytes
        default: nil
        }
    }
}
