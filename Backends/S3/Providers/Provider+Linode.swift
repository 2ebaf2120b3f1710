// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import StorageModel

extension Provider {
    /// Linode (Akamai) Object Storage, made of Ceph.
    package static let linode: Provider = {
        var provider = Provider(name: "Linode")
        // A signed digest of the content is taken by every store, also over plain http.
        provider.takesUnsignedPayload = false
        provider.endpointTemplate = "https://{region}.linodeobjects.com"
        provider.copiesPartsOfEscapedKeys = false
        provider.attributes = [.metadata, .tags, .access, .lock, .times]
        return provider
    }()
}
