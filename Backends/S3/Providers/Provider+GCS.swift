// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import StorageModel

extension Provider {
    /// Google Cloud Storage by its XML API. It has no part copies, but one copy of any size, and deletes one object a request.
    package static let gcs: Provider = {
        var provider = Provider(name: "GCS")
        // A signed digest of the content is taken by every store, also over plain http.
        provider.takesUnsignedPayload = false
        provider.chunkedBodies = .none
        provider.endpointTemplate = "https://storage.googleapis.com"
        provider.defaultRegion = "auto"
        provider.multipartTagIsComposite = false
        provider.copiesParts = false
        provider.copyMax = .max
        provider.deleteBatchMax = 1
        provider.attributes = [.metadata, .times]
        return provider
    }()
}
