// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import StorageModel

extension Provider {
    /// IBM Cloud Object Storage. Lists are of version 1 and not encoded.
    package static let ibmCOS: Provider = {
        var provider = Provider(name: "IBMCOS")
        // A signed digest of the content is taken by every store, also over plain http.
        provider.takesUnsignedPayload = false
        provider.endpointTemplate = "https://s3.{region}.cloud-object-storage.appdomain.cloud"
        provider.forcesPathStyle = true
        provider.listVersion = 1
        provider.listsURLEncoded = false
        provider.multipartTagIsComposite = false
        provider.archiveClasses = ["GLACIER", "ACCELERATED"]
        provider.attributes = [.metadata, .tags, .access, .times]
        return provider
    }()
}
