// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import StorageModel

extension Provider {
    /// A bucket on an outpost: one storage class, and neither access lists nor locks. What else it honours is not said, and not
    /// relied on (https://docs.aws.amazon.com/AmazonS3onOutposts/latest/userguide/S3OnOutpostsRestrictionsLimitations.html).
    package static let outposts: Provider = {
        var provider = Provider(name: "S3 on Outposts")
        provider.takesUnsignedPayload = false
        provider.multipartTagIsComposite = false
        provider.attributes = [.metadata, .tags, .times]
        provider.standardClass = nil
        provider.storageClasses = ["OUTPOSTS"]
        return provider
    }()
}
