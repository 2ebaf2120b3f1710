// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

/// The tags of copies in stores that do not give them those that their requests ask for.
extension S3Connection {
    /// What a copy of `source` must be given as its tags once it is there; nil: it has those that it should have.
    func tagsToSet(
        behind source: CopySource, _ options: WriteOptions
    ) async throws(StorageError) -> [ObjectMetadata.UserField]? {
        guard !policy.provider.copiesTags, options.replacesMetadata || options.replacesTags else { return nil }
        var tags = options.metadata.tags
        if !options.replacesTags {
            // A stat tells whether there are any.
            if policy.provider.countsTags, let known = source.entry.metadata, known.tagCount ?? 0 == 0 { return nil }
            let isHere = source.container == bucket
            let origin = isHere ? self : toward(source.container, customerKey: source.customerKey)
            tags = try await origin.tags(of: source.entry.key, version: source.entry.version)
        }
        return tags.isEmpty && options.replacesMetadata ? nil : tags
    }
}
