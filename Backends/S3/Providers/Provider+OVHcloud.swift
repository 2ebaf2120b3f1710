// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import StorageModel

extension Provider {
    /// OVHcloud Object Storage.
    package static let ovhCloud: Provider = {
        var provider = Provider(name: "OVHcloud")
        // A signed digest of the content is taken by every store, also over plain http.
        provider.takesUnsignedPayload = false
        provider.endpointTemplate = "https://s3.{region}.io.cloud.ovh.net"
        provider.attributes = [.metadata, .tags, .access, .lock, .times]
        return provider
    }()
}
