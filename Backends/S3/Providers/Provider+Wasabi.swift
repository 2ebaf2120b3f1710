// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import StorageModel

extension Provider {
    /// Wasabi, which has one storage class.
    package static let wasabi: Provider = {
        var provider = Provider(name: "Wasabi")
        // A signed digest of the content is taken by every store, also over plain http.
        provider.takesUnsignedPayload = false
        provider.endpointTemplate = "https://s3.{region}.wasabisys.com"
        provider.attributes = [.metadata, .tags, .access, .lock, .times]
        return provider
    }()
}
