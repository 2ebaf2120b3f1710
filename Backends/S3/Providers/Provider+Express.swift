// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import StorageModel

extension Provider {
    /// A directory bucket of S3 Express One Zone. It lists in no order and by whole directories, takes digests as CRC and SHA only,
    /// and has no versions, tags, access lists or locks
    /// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-express-differences.html).
    package static let express: Provider = {
        var provider = aws
        provider.name = "S3 Express"
        provider.listingOrder = .unordered
        provider.listsWholeDirectories = true
        provider.uploadChecksum = .crc32c
        provider.takesMD5 = false
        provider.tagsAreMD5 = false
        provider.multipartTagIsComposite = false
        provider.attributes = [.metadata, .times]
        provider.refusesTagsOfCopies = true
        provider.keepsVersions = false
        provider.listsVersions = false
        provider.takesCustomerKeys = false
        provider.hidesTags = false
        provider.countsTags = false
        provider.tagsUploads = false
        provider.standardClass = nil
        provider.storageClasses = ["EXPRESS_ONEZONE"]
        provider.archiveClasses = []
        provider.listsRestores = false
        return provider
    }()
}
