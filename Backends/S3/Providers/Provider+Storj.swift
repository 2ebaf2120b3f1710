// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import StorageModel

extension Provider {
    /// Storj's gateway. It has no part copies; objects are cut into segments of 64 MiB.
    package static let storj: Provider = {
        var provider = Provider(name: "Storj")
        // A signed digest of the content is taken by every store, also over plain http.
        provider.takesUnsignedPayload = false
        provider.endpointTemplate = "https://gateway.storjshare.io"
        provider.copiesParts = false
        provider.copyMax = .max
        provider.attributes = [.metadata, .tags, .lock, .times]
        return provider
    }()
}
