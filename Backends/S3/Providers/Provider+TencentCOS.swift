// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import StorageModel

extension Provider {
    /// Tencent Cloud Object Storage. Buckets are addressed by host only; lists are of version 1.
    package static let tencentCOS: Provider = {
        var provider = Provider(name: "TencentCOS")
        // A signed digest of the content is taken by every store, also over plain http.
        provider.takesUnsignedPayload = false
        provider.endpointTemplate = "https://cos.{region}.myqcloud.com"
        provider.listVersion = 1
        provider.multipartTagIsComposite = false
        provider.attributes = [.metadata, .tags, .access, .times]
        return provider
    }()
}
