// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import StorageModel

extension Provider {
    /// Cloudflare R2. Its multipart ETags are no digests of the parts' digests; all parts but the last must be of one size, as
    /// godwit's are. It honours conditions on a PUT (https://developers.cloudflare.com/r2/api/s3/api/).
    package static let cloudflare: Provider = {
        var provider = Provider(name: "Cloudflare")
        // A signed digest of the content is taken by every store, also over plain http.
        provider.takesUnsignedPayload = false
        // https://developers.cloudflare.com/r2/examples/aws/aws-sdk-net/#upload-and-retrieve-objects
        provider.chunkedBodies = .none
        provider.defaultRegion = "auto"
        provider.forcesPathStyle = true
        provider.multipartTagIsComposite = false
        provider.conditions = [.readIfMatch, .writeIfAbsent, .writeIfMatch]
        provider.attributes = [.metadata, .storageClass, .times]
        provider.storageClasses = ["STANDARD_IA"]
        provider.listsVersions = false
        return provider
    }()
}
