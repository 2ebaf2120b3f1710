// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import StorageModel

extension Provider {
    /// Oracle Cloud's S3 Compatibility API. The endpoint has the account's namespace in it.
    package static let oracle: Provider = {
        var provider = Provider(name: "Oracle")
        // A signed digest of the content is taken by every store, also over plain http.
        provider.takesUnsignedPayload = false
        // https://docs.oracle.com/en-us/iaas/Content/Object/Tasks/s3compatibleapi.htm
        provider.chunkedBodies = .none
        provider.forcesPathStyle = true
        provider.multipartTagIsComposite = false
        provider.attributes = [.metadata, .times]
        provider.listsVersions = false
        return provider
    }()
}
