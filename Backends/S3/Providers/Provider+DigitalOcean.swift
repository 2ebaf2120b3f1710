// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import StorageModel

extension Provider {
    /// DigitalOcean Spaces, made of Ceph. Lists are not encoded.
    package static let digitalOcean: Provider = {
        var provider = Provider(name: "DigitalOcean")
        // A signed digest of the content is taken by every store, also over plain http.
        provider.takesUnsignedPayload = false
        provider.endpointTemplate = "https://{region}.digitaloceanspaces.com"
        provider.listsURLEncoded = false
        provider.attributes = [.metadata, .access, .times]
        return provider
    }()
}
