// Part of godwit. SPDX-License-Identifier: Apache-2.0

import HTTPTransport
import StorageModel
import Testing

@testable import BackendS3

/// What every server that the environment names says of the parts of an upload.
@Suite(.enabled(if: !RealStore.all.isEmpty)) struct RealPartListTests {
    @Test(arguments: RealStore.all) func listsPartsOverPages(store: RealStore) async throws {
        try await store.use { backend in
            let upload = try await backend.connection.createMultipartUpload(
                to: ObjectKey("big file~1"), size: -1, partSize: 5 << 20, WriteOptions())
            #expect(try await backend.connection.listParts(of: upload).isEmpty)
            var receipts: [Int: PartReceipt] = [:]
            for number in [3, 2, 5, 1, 4] {
                receipts[number] = try await upload.upload(number, at: 0, PartBuffer(Array("part \(number)".utf8)))
            }
            for pageSize in [nil, 1, 2, 5] {
                let found = try await backend.connection.listParts(of: upload, pageSize: pageSize)
                #expect(found.keys.sorted() == [1, 2, 3, 4, 5], "\(pageSize ?? 0)")
                for (number, part) in found {
                    #expect(part.size == receipts[number]?.size)
                    #expect(part.tag == receipts[number]?.tag)
                }
                let all = receipts.values.sorted { $0.number < $1.number }
                #expect(try await upload.verified(all) == all)
            }
            // The last of them counts, if the store does not show both.
            let replaced = try #require(receipts[2])
            receipts[2] = try await upload.upload(2, at: 0, PartBuffer(Array("another".utf8)))
            #expect(try await upload.verified([replaced]).isEmpty)
            let found = try await upload.verified([replaced] + receipts.values)
            #expect(found.allSatisfy { $0 == receipts[$0.number] })
            #expect(found.count >= 4)
            for _ in 1...2 { try await upload.abort() }
            let error = await ScriptedStore.failure { _ = try await backend.connection.listParts(of: upload) }
            #expect(error?.kind == .notFound)
            let never = UnfinishedUpload(key: ObjectKey("never"), token: "0123456789abcdef", begun: nil)
            try await backend.abort(never)
        }
    }
}
