// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import StorageModel

extension Provider {
    /// MinIO. Older releases ignore x-amz-checksum-*, all verify Content-MD5.
    package static let minio: Provider = {
        var provider = Provider(name: "Minio")
        provider.forcesPathStyle = true
        provider.chunkedBodies = .withTrailers
        provider.conditions = [.readIfMatch, .writeIfAbsent, .writeIfMatch, .copySourceIfMatch]
        provider.attributes = [.metadata, .tags, .lock, .storageClass, .times]
        provider.storageClasses = ["REDUCED_REDUNDANCY"]
        return provider
    }()
}
