// Part of godwit. SPDX-License-Identifier: Apache-2.0

package import StorageModel

/// What one make of S3 store does differently, as data. A provider is one file in this folder.
package struct Provider: Sendable, Hashable {
    package var name: String
    /// The store's endpoint, with `{region}` where the region stands; nil: each user's is another.
    package var endpointTemplate: String?
    /// The region to sign for where none is given.
    package var defaultRegion = "us-east-1"
    package var forcesPathStyle = false
    package var listVersion = 2
    package var listsURLEncoded = true
    /// Whether lists of unfinished uploads can be had URL-encoded. Ceph encodes them without saying so, SeaweedFS says
    /// so without encoding them.
    package var listsUploadsURLEncoded = false
    package var listingOrder = ListingOrder.keyBytes
    /// Whether only what is under a whole directory can be listed: prefixes end in `/`, and nothing else is a delimiter.
    package var listsWholeDirectories = false
    /// Whether an ETag may be the MD5 of an object at all.
    package var tagsAreMD5 = true
    /// Whether a multipart ETag is the MD5 of its parts' MD5s.
    package var multipartTagIsComposite = true
    /// The digest header that the store verifies on upload, the cheapest that it can: crc32c, crc64nvme or md5.
    package var uploadChecksum = ChecksumAlgorithm.md5
    /// Whether a Content-MD5 is taken. Documents go with the other digest where it is not.
    package var takesMD5 = true
    package var conditions: Capabilities.Conditions = [.readIfMatch]
    /// What an object may have beside its bytes. Unknown stores are asked for everything.
    package var attributes: Attributes = [.metadata, .tags, .access, .lock, .storageClass, .times, .redirect]
    /// Whether a HEAD tells how many tags there are, as a GET does everywhere.
    package var countsTags = false
    /// Whether an object that is locked later on keeps its type. On SeaweedFS it must be given that again.
    package var locksKeepTypes = true
    /// Whether a bucket can be told to keep versions.
    package var keepsVersions = true
    package var listsVersions = true
    /// Whether an object that came in parts has the tags that its upload began with.
    package var tagsUploads = false
    /// Whether a read does not tell whoever may not see tags that there are any.
    package var hidesTags = false
    /// The classes that it has beside STANDARD.
    package var storageClasses: Set<String> = []
    /// The classes whose objects must be restored before they can be read.
    package var archiveClasses: Set<String> = []
    /// Whether everything in these classes is archived; elsewhere they may be names and no more.
    package var archivesByClass = true
    /// Whether listings tell, where they are asked to, what is restored.
    package var listsRestores = false
    /// The class of what names none, where that can be said aloud.
    package var standardClass: String? = "STANDARD"
    /// Whether objects can be encrypted by keys of the customer's own.
    package var takesCustomerKeys = true
    package var copiesServerSide = true
    /// Whether a copy must leave its source's tags and annotations out, which fails it otherwise.
    package var refusesTagsOfCopies = false
    /// Whether a copy honours conditions on its target as a write does.
    package var copiesHonourConditions = false
    /// Whether a copy has the tags that its request asks for: its source's, also beside other metadata, or others.
    package var copiesTags = true
    /// Whether a copy is encrypted as its request asks, and a source by a key of the customer's can be copied.
    package var copiesEncrypt = true
    /// Whether a copy is refused where its source is encrypted by another customer's key than the one given. SeaweedFS
    /// copies what that key makes of it.
    package var copiesCheckKeys = true
    /// Whether listings of a bucket with versions leave keys out between pages, which go by an order of the store's own and
    /// begin behind the last key by its bytes: of `d/b` and `d-a`, or `d.txt` and `d`, if the one ends a page, the other is
    /// never listed.
    package var losesKeysBetweenPages = false
    /// Whether listings of versions may have delete markers behind everything else, so that only times tell where they
    /// belong. Elsewhere times say nothing about the order: that of an upload in parts is when it began.
    package var mayListMarkersApart = false
    package var copiesParts = true
    /// Whether the key of a part's source is percent-decoded once, as it should be.
    package var copiesPartsOfEscapedKeys = true
    /// The most keys of one DeleteObjects; 1: each is deleted by itself.
    package var deleteBatchMax = 1000
    package var copyMax: Int64 = 4768 << 20
    package var partCountMax = 10_000
    package var storesDirectoryMarkers = true
    /// Whether no key may lead out of its bucket, read as a path, as in `../up`.
    package var refusesClimbingKeys = false
    /// Whether an UNSIGNED-PAYLOAD is taken over plain http too.
    package var takesUnsignedPayload = true
    /// What it takes of bodies in chunks. Signed ones are as old as Signature Version 4, trailers came in 2022.
    package var chunkedBodies = ChunkedBodies.signed
    /// Whether it keeps the `aws-chunked` of a body in chunks as if that were part of the object's encoding. There the word is
    /// left out: the signature says the same.
    package var keepsChunkedEncoding = false

    package init(name: String) {
        self.name = name
    }

    /// The endpoint in `region`; nil when it does not follow from that.
    package func endpoint(in region: String?) -> String? {
        guard let template = endpointTemplate else { return nil }
        guard template.contains("{region}") else { return template }
        guard let region, S3Failure.isRegion(region) else { return nil }
        return template.replacing("{region}", with: region)
    }
}
