// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import StorageModel

extension Provider {
    /// Amazon S3. CRC64NVME is what it stores with every object anyway. A payload goes unsigned over TLS only.
    package static let aws: Provider = {
        var provider = Provider(name: "AWS")
        provider.uploadChecksum = .crc64nvme
        provider.conditions = [
            .readIfMatch, .writeIfAbsent, .writeIfMatch, .completeIfAbsent, .copySourceIfMatch, .deleteIfMatch,
        ]
        provider.takesUnsignedPayload = false
        provider.chunkedBodies = .withTrailers
        provider.copiesHonourConditions = true
        provider.refusesClimbingKeys = true
        provider.listsUploadsURLEncoded = true
        provider.hidesTags = true
        provider.countsTags = true
        provider.tagsUploads = true
        provider.storageClasses = [
            "REDUCED_REDUNDANCY", "STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING", "GLACIER", "DEEP_ARCHIVE",
            "GLACIER_IR",
        ]
        provider.archiveClasses = ["GLACIER", "DEEP_ARCHIVE"]
        provider.listsRestores = true
        return provider
    }()
}
