// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import StorageModel

extension Provider {
    /// Alibaba Cloud OSS. Buckets are addressed by host only; a multipart ETag is no digest of the parts' digests.
    package static let alibaba: Provider = {
        var provider = Provider(name: "Alibaba")
        // A signed digest of the content is taken by every store, also over plain http.
        provider.takesUnsignedPayload = false
        // https://www.alibabacloud.com/help/en/oss/developer-reference/use-aws-sdks-to-access-oss
        provider.chunkedBodies = .none
        provider.endpointTemplate = "https://s3.oss-{region}.aliyuncs.com"
        provider.multipartTagIsComposite = false
        provider.attributes = [.metadata, .times]
        return provider
    }()
}
