// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Digests
import HTTPTransport
import StorageModel
import Testing

@testable import BackendS3

/// Objects and parts in chunks on every server that the environment names and that takes them.
@Suite(.enabled(if: !RealStore.all.isEmpty)) struct RealChunkedTests {
    private static func content(_ size: Int) -> [UInt8] { (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) } }

    private func read(_ backend: S3Backend, _ key: ObjectKey) async throws -> [UInt8] {
        let buffer = PartBuffer(capacity: 16 << 20)
        _ = try await backend.read(key, ReadOptions(), into: buffer)
        return buffer.array
    }

    /// The Content-Encoding that the store itself tells, before ``ObjectHeaders`` takes the framing's name off.
    private func storedEncoding(_ backend: S3Backend, _ key: ObjectKey) async throws -> String? {
        let call = S3Call(kind: .head, method: .head, operation: .stat, permission: "", key: key)
        return try await backend.connection.send(call).headers["content-encoding"]
    }

    @Test(arguments: RealStore.all) func objectsAreTheirContentAlone(store: RealStore) async throws {
        try await store.use(configure: { $0.payloadMode = .chunked }) { backend in
            let chunk = ChunkedBody.chunkSize
            for size in [0, 1, chunk - 1, chunk, chunk + 1, 2 * chunk, 1_000_000] {
                let key = ObjectKey("of \(size)"), content = Self.content(size)
                var metadata = ObjectMetadata()
                metadata.contentEncoding = size % 2 == 0 ? "gzip" : nil
                let made = try await backend.write(PartBuffer(content), to: key, WriteOptions(metadata: metadata))
                let entry = try await backend.stat(key, version: nil)
                #expect(entry.size == Int64(size) && entry.tag == made.tag)
                #expect(try await storedEncoding(backend, key) == metadata.contentEncoding)
                #expect(entry.tag?.lookalike == Digest.checksum(of: content, .md5))
                for checksum in entry.checksums {
                    #expect(checksum == Digest.checksum(of: content, checksum.algorithm))
                }
                #expect(try await read(backend, key) == content)
            }
        }
    }

    @Test(arguments: RealStore.all) func partsAreTheirContentAlone(store: RealStore) async throws {
        try await store.use(configure: { $0.payloadMode = .chunked }) { backend in
            let partSize = 5 << 20, content = Self.content(partSize + 1000), key = ObjectKey("large")
            var metadata = ObjectMetadata()
            metadata.contentEncoding = "gzip"
            let session = try await backend.beginUpload(
                to: key, size: Int64(content.count), partSize: Int64(partSize), WriteOptions(metadata: metadata))
            let first = try await session.upload(1, at: 0, PartBuffer(Array(content[..<partSize])))
            let second = try await session.upload(2, at: Int64(partSize), PartBuffer(Array(content[partSize...])))
            #expect(try await session.verified([first, second]).count == 2)
            let made = try await session.complete([first, second], expected: nil)
            let entry = try await backend.stat(key, version: nil)
            #expect(entry.size == Int64(content.count) && entry.tag == made.tag)
            #expect(try await storedEncoding(backend, key) == "gzip")
            #expect(try await read(backend, key) == content)
        }
    }
}
