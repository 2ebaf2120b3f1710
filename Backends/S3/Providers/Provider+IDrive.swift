// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import StorageModel

extension Provider {
    /// IDrive e2. The endpoint is the account's own.
    package static let iDrive: Provider = {
        var provider = Provider(name: "IDrive")
        // A signed digest of the content is taken by every store, also over plain http.
        provider.takesUnsignedPayload = false
        provider.forcesPathStyle = true
        provider.attributes = [.metadata, .tags, .lock, .times]
        return provider
    }()
}
