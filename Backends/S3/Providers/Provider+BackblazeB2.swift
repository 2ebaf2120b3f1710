// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import StorageModel

extension Provider {
    /// Backblaze B2. A bucket has no other access list than its own, and a deletion hides an object behind a marker.
    package static let backblazeB2: Provider = {
        var provider = Provider(name: "Backblaze")
        // A signed digest of the content is taken by every store, also over plain http.
        provider.takesUnsignedPayload = false
        provider.endpointTemplate = "https://s3.{region}.backblazeb2.com"
        provider.multipartTagIsComposite = false
        provider.attributes = [.metadata, .lock, .times]
        return provider
    }()
}
