// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import StorageModel

extension Provider {
    /// Hetzner Object Storage, made of Ceph.
    package static let hetzner: Provider = {
        var provider = Provider(name: "Hetzner")
        // A signed digest of the content is taken by every store, also over plain http.
        provider.takesUnsignedPayload = false
        provider.endpointTemplate = "https://{region}.your-objectstorage.com"
        provider.copiesPartsOfEscapedKeys = false
        provider.attributes = [.metadata, .tags, .access, .lock, .times]
        return provider
    }()
}
