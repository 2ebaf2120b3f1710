// Part of godwit. SPDX-License-Identifier: Apache-2.0

import BackendS3
import StorageModel

extension Provider {
    /// MiniStack plays AWS, but ignores conditions on the targets of copies, forgets the tags of uploads in parts, and
    /// counts tags on a GET only.
    static let ministack: Provider = {
        var provider = Provider.aws
        provider.copiesHonourConditions = false
        provider.tagsUploads = false
        provider.countsTags = false
        return provider
    }()

    /// moto plays AWS, but ignores conditions on both ends of copies and composes no full-object checksums.
    static let moto: Provider = {
        var provider = Provider.aws
        provider.conditions.remove(.copySourceIfMatch)
        provider.copiesHonourConditions = false
        provider.uploadChecksum = .md5
        return provider
    }()
}
