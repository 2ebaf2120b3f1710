// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import StorageModel

extension Provider {
    /// SeaweedFS. It lists directory by directory, so `/` sorts below every other byte of a key.
    package static let seaweedFS: Provider = {
        var provider = Provider(name: "SeaweedFS")
        provider.forcesPathStyle = true
        provider.listingOrder = .pathComponents
        provider.uploadChecksum = .crc32c
        provider.chunkedBodies = .withTrailers
        provider.keepsChunkedEncoding = true
        provider.conditions = [
            .readIfMatch, .writeIfAbsent, .writeIfMatch, .completeIfAbsent, .copySourceIfMatch, .deleteIfMatch,
        ]
        provider.copiesHonourConditions = true
        provider.copiesCheckKeys = false
        provider.locksKeepTypes = false
        provider.losesKeysBetweenPages = true
        // The access list that comes with an object is ignored, whatever the bucket says of them.
        provider.attributes = [.metadata, .tags, .lock, .storageClass, .times]
        provider.countsTags = true
        provider.tagsUploads = true
        provider.storageClasses = [
            "REDUCED_REDUNDANCY", "STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING", "GLACIER", "DEEP_ARCHIVE",
            "GLACIER_IR",
        ]
        return provider
    }()
}
