// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import StorageModel

extension Provider {
    /// Scaleway Object Storage. An object has at most a thousand parts; lists are not encoded.
    package static let scaleway: Provider = {
        var provider = Provider(name: "Scaleway")
        // A signed digest of the content is taken by every store, also over plain http.
        provider.takesUnsignedPayload = false
        provider.endpointTemplate = "https://s3.{region}.scw.cloud"
        provider.listsURLEncoded = false
        provider.partCountMax = 1000
        provider.attributes = [.metadata, .tags, .access, .lock, .storageClass, .times]
        provider.storageClasses = ["ONEZONE_IA", "GLACIER"]
        provider.archiveClasses = ["GLACIER"]
        return provider
    }()
}
