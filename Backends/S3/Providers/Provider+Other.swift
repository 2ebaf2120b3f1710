// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import StorageModel

extension Provider {
    /// A store that is not known: only what every S3 store does.
    package static let other: Provider = {
        var provider = Provider(name: "Other")
        provider.forcesPathStyle = true
        provider.multipartTagIsComposite = false
        provider.conditions = [.readIfMatch]
        provider.takesUnsignedPayload = false
        // Nobody knows: who asks for it is believed.
        provider.chunkedBodies = .withTrailers
        provider.copiesCheckKeys = false
        provider.archiveClasses = ["GLACIER", "DEEP_ARCHIVE"]
        provider.archivesByClass = false
        provider.mayListMarkersApart = true
        return provider
    }()
}
