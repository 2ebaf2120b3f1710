// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Digests
import StorageModel

/// How the bytes of an object are shown to be the source's.
enum ContentProof: Sendable, Hashable {
    /// Nothing to compare is asked for, or needed: a file that did not change while it was read.
    case unneeded
    /// The source offers nothing comparable; the length is all there is.
    case lengthOnly
    /// By the digest of the whole.
    case whole(Checksum)
    /// By the composite of the parts of this size, which is inferred.
    case composite(Checksum, partSize: Int64)

    /// The proof that `entry` (as listed) and `read` (as it came with the bytes) allow. `layout`: the parts that it is
    /// read in, nil for whole.
    static func available(_ entry: Entry, _ read: Entry, layout: PartLayout?, _ context: RunContext) -> ContentProof {
        guard context.options.transferring.verification != .none else { return .unneeded }
        var known = read
        known.tagMayBeDigest = read.tagMayBeDigest && entry.tagMayBeDigest
        known.tag = read.tag ?? entry.tag
        known.checksums = read.checksums + entry.checksums
        if let whole = ChecksumComparison.whole(known) { return .whole(whole) }
        if let composite = ChecksumComparison.composite(known) {
            // When no other size fits, it was damage that did not fit, perhaps.
            for excluded in [context.misfits(entry), []] {
                if let layout, layout.count == composite.parts, !excluded.contains(layout.partSize) {
                    return .composite(composite, partSize: layout.partSize)
                }
                if let part = context.planner.sourcePartSize(known, excluding: excluded) {
                    return .composite(composite, partSize: part)
                }
            }
        }
        return context.sourceCapabilities.readsAreLocal ? .unneeded : .lengthOnly
    }
}
