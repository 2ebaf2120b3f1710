// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import StorageModel

extension Provider {
    /// `rclone serve s3`: a poor store, without conditions, part copies or directory markers.
    package static let rclone: Provider = {
        var provider = Provider(name: "Rclone")
        provider.forcesPathStyle = true
        provider.multipartTagIsComposite = false
        provider.conditions = []
        provider.copiesParts = false
        provider.copyMax = .max
        provider.storesDirectoryMarkers = false
        provider.attributes = [.metadata, .times]
        provider.listsVersions = false
        return provider
    }()
}
