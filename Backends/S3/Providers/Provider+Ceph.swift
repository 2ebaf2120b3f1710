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
        // Ceph 16 gives a copy its source's tags with its source's metadata, and none with other metadata. It leaves
        // copies in the clear that are to be encrypted.
        provider.copiesTags = false
        provider.copiesEncrypt = false
        return provider
    }()
}
