// Part of godwit. SPDX-License-Identifier: Apache-2.0

package import StorageModel

/// What one make of S3 store does differently, as data. A provider is one file in this folder.
package struct Provider: Sendable, Hashable {
    package var name: String
    package var forcesPathStyle = false
    package var listVersion = 2
    package var listsURLEncoded = true
    /// Whether lists of unfinished uploads can be had URL-encoded. Ceph encodes them without saying so, SeaweedFS says
    /// so without encoding them.
    package var listsUploadsURLEncoded = false
    package var listingOrder = ListingOrder.keyBytes
    /// Whether a multipart ETag is the MD5 of its parts' MD5s.
    package var multipartTagIsComposite = true
    /// The digest header that the store verifies on upload, the cheapest that it can: crc32c, crc64nvme or md5.
    package var uploadChecksum = ChecksumAlgorithm.md5
    package var conditions: Capabilities.Conditions = [.readIfMatch]
    package var copiesServerSide = true
    /// Whether a copy honours conditions on its target as a write does.
    package var copiesHonourConditions = false
    package var copiesParts = true
    /// Whether the key of a part's source is percent-decoded once, as it should be.
    package var copiesPartsOfEscapedKeys = true
    package var copyMax: Int64 = 4768 << 20
    package var partCountMax = 10_000
    package var storesDirectoryMarkers = true
    /// Whether no key may lead out of its bucket, read as a path, as in `../up`.
    package var refusesClimbingKeys = false
    /// Whether an UNSIGNED-PAYLOAD is taken over plain http too.
    package var takesUnsignedPayload = true

    package init(name: String) {
        self.name = name
    }
}
