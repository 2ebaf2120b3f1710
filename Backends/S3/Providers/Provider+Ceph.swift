// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import StorageModel

extension Provider {
    /// Ceph's RADOS Gateway. It verifies Content-MD5 and x-amz-content-sha256 but no x-amz-checksum-*, always refuses
    /// If-Match on a PUT, and ignores conditions on DELETE, on copy sources and on completing an upload.
    package static let ceph: Provider = {
        var provider = Provider(name: "Ceph")
        provider.forcesPathStyle = true
        provider.conditions = [.readIfMatch, .writeIfAbsent]
        // Ceph 16 decodes the source of UploadPartCopy twice (of CopyObject once): `a%41` would be taken for `aA`.
        provider.copiesPartsOfEscapedKeys = false
        provider.keepsChunkedEncoding = true
        provider.countsTags = true
        return provider
    }()
}
