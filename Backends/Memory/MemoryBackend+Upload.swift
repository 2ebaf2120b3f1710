// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Digests
package import StorageModel

extension MemoryBackend {
    package func terms(_ options: WriteOptions, for key: ObjectKey) -> [UInt8] {
        Array("\(options.metadata) \(options.storageClass ?? "")".utf8)
    }

    package func beginUpload(
        to key: ObjectKey, size: Int64, partSize: Int64, _ options: WriteOptions
    ) async throws(StorageError) -> any UploadSession {
        try checkCancelled(.upload, key)
        try checkKey(key, during: .upload)
        guard let limits = capabilities.multipart else {
            throw error(.unsupported, .upload, key, "the store has no multipart uploads")
        }
        let count = max((max(size, 0) + partSize - 1) / partSize, 1)
        guard (limits.partMin...limits.partMax).contains(partSize), count <= limits.partCountMax else {
            throw error(.unsupported, .upload, key, "\(count) parts of \(partSize) bytes are beyond the store's limits")
        }
        let begun = self.options.now()
        let token = try withContainer(.upload) { container in
            let token = container.nextUploadToken()
            container.uploads[token] = MemoryUpload(key: key, begun: begun)
            return token
        }
        return MemoryUploadSession(backend: self, key: key, token: token, options: options)
    }

    package func resumeUpload(
        _ token: String, to key: ObjectKey, size: Int64, partSize: Int64, _ options: WriteOptions
    ) async throws(StorageError) -> any UploadSession {
        try checkCancelled(.upload, key)
        let session = MemoryUploadSession(backend: self, key: key, token: token, options: options)
        let isThere = try withContainer(.upload) { $0.uploads[token]?.key == key }
        guard isThere else { throw session.gone }
        return session
    }

    package func flush() async throws(StorageError) {}

    package func unfinishedUploads(under prefix: ObjectKey) async throws(StorageError) -> [UnfinishedUpload] {
        try checkCancelled(.list, prefix)
        return try withContainer(.list) { container in
            container.uploads.filter { $0.value.key.hasPrefix(prefix) }
                .map { UnfinishedUpload(key: $0.value.key, token: $0.key, begun: $0.value.begun) }
                .sorted { ($0.key, $0.token) < ($1.key, $1.token) }
        }
    }

    package func abort(_ upload: UnfinishedUpload) async throws(StorageError) {
        try checkCancelled(.upload, upload.key)
        try withContainer(.upload) { $0.uploads[upload.token] = nil }
    }
}

/// A multipart upload with S3's rules: parts may be replaced, and the object's tag is their composite MD5.
final class MemoryUploadSession: UploadSession {
    let token: String
    private let backend: MemoryBackend
    private let key: ObjectKey
    private let options: WriteOptions

    init(backend: MemoryBackend, key: ObjectKey, token: String, options: WriteOptions) {
        self.backend = backend
        self.key = key.detached()
        self.token = token
        self.options = options
    }

    func upload(_ number: Int, at offset: Int64, _ part: PartBuffer) async throws(StorageError) -> PartReceipt {
        try backend.checkCancelled(.upload, key)
        return try keep(part.array, as: number)
    }

    func copy(
        _ number: Int, from source: CopySource, range: Range<Int64>
    ) async throws(StorageError) -> PartReceipt {
        try backend.checkCancelled(.upload, key)
        guard backend.capabilities.copiesParts else {
            throw backend.error(.unsupported, .upload, key, "the store does not copy parts")
        }
        let content = try backend.content(of: source, during: .upload).content
        guard range.lowerBound >= 0, range.upperBound <= Int64(content.count) else {
            throw backend.error(.preconditionFailed, .upload, key, "the source has only \(content.count) bytes")
        }
        return try keep(Array(content[Int(range.lowerBound)..<Int(range.upperBound)]), as: number)
    }

    func verified(_ parts: [PartReceipt]) async throws(StorageError) -> [PartReceipt] {
        try backend.checkCancelled(.upload, key)
        let upload = try backend.withContainer(.upload) { $0.uploads[token] }
        guard let upload else { throw gone }
        return parts.filter { part in
            guard let stored = upload.parts[part.number] else { return false }
            return part == Self.receipt(stored, part.number)
        }
    }

    func suspend() async {}

    func complete(_ parts: [PartReceipt], expected: Checksum?) async throws(StorageError) -> Entry {
        try backend.checkCancelled(.upload, key)
        let upload = try backend.withContainer(.upload) { $0.uploads[token] }
        guard let upload else { throw gone }
        var content = [UInt8]()
        var digests = [[UInt8]]()
        var last = 0
        for receipt in parts {
            guard let part = upload.parts[receipt.number], receipt.number > last, part.tag == receipt.tag,
                let digest = part.tag.lookalike
            else {
                throw backend.error(.unexpected, .upload, key, "part \(receipt.number) is not what was written")
            }
            last = receipt.number
            content += part.content
            digests.append(digest.bytes)
        }
        let composite = Digest.composite(digests, .md5)
        if let expected, expected.parts != nil {
            guard expected == composite else {
                throw backend.error(.corrupted, .upload, key, "the parts do not have the digest that was given")
            }
        } else {
            try backend.prove(content, is: expected, .upload, key)
        }
        let entry = try backend.put(
            content, tag: VersionTag(composite.hexadecimal), at: key, options, during: .upload)
        try backend.withContainer(.upload) { $0.uploads[token] = nil }
        return entry
    }

    func abort() async throws(StorageError) {
        try backend.withContainer(.upload) { $0.uploads[token] = nil }
    }

    private func keep(_ content: [UInt8], as number: Int) throws(StorageError) -> PartReceipt {
        guard number >= 1, number <= backend.capabilities.multipart?.partCountMax ?? 0 else {
            throw backend.error(.unsupported, .upload, key, "part number \(number) is beyond the store's limits")
        }
        let part = MemoryUpload.Part(content: content, tag: MemoryBackend.tag(of: content))
        let isOpen = try backend.withContainer(.upload) { container in
            container.uploads[token]?.parts[number] = part
            return container.uploads[token] != nil
        }
        guard isOpen else { throw gone }
        return Self.receipt(part, number)
    }

    private static func receipt(_ part: MemoryUpload.Part, _ number: Int) -> PartReceipt {
        PartReceipt(number: number, size: Int64(part.content.count), tag: part.tag)
    }

    var gone: StorageError {
        backend.error(.notFound, .upload, key, "the upload was completed or aborted")
    }
}
