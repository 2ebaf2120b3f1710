// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

/// The two sides of a pair.
enum Side: Sendable, Hashable { case source, target }

/// What a comparison came to.
enum Verdict: Sendable, Hashable {
    /// Equal. `repairsTime`: the content is, but the target's modification time is shown to be another.
    case same(Evidence, repairsTime: Bool = false)
    case differs(Evidence)
    /// Left alone whatever it holds (`--update`, `--ignore-existing`).
    case leave(Evidence)
    /// Not to be told from what is known; the next cheapest proof.
    case needs(Proof)
}

/// Something to find out about one side of a pair.
enum Proof: Sendable, Hashable {
    /// A stat, for the stored modification time and checksums.
    case stat(Side)
    /// Digests of content that is at hand.
    case digests(Side, [DigestLayout])
}

/// A digest of a whole object, or the composite MD5 of its parts.
enum DigestLayout: Sendable, Hashable {
    case whole(ChecksumAlgorithm)
    case parts(size: Int64)
}

/// What was found out about a pair beyond its listings.
struct Knowledge: Sendable {
    var isSourceStatted = false
    var isTargetStatted = false
    var sourceDigests: [DigestLayout: Checksum] = [:]
    var targetDigests: [DigestLayout: Checksum] = [:]

    /// Nothing yet.
    static let none = Knowledge()

    init() {}

    /// What the entries themselves show: only a stat gives metadata.
    init(_ source: Entry, _ target: Entry) {
        isSourceStatted = source.hasMetadata
        isTargetStatted = target.hasMetadata
    }
}
