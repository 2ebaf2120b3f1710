// Part of godwit. SPDX-License-Identifier: Apache-2.0

import HTTPTransport
import StorageModel
import Testing

@testable import BackendS3

/// Answers without an end, and answers that ask for more than they are worth.
@Suite struct HostileAnswerTests {
    private static func all(_ listing: any Listing) async throws -> Int {
        var count = 0
        while let page = try await listing.next() { count += page.entries.count }
        return count
    }

    @Test(arguments: [
        "<Contents><Key>k</Key><Size>1</Size></Contents>", "<x>", "<x/>", "<!-- -->", " ", "k", "<Contents/>",
        "<CommonPrefixes><Prefix>p/</Prefix></CommonPrefixes>", "<![CDATA[x]]>", "<Size>12345678901234567890</Size>",
        "<Contents><Key>", "&amp;", "<NextMarker>x</NextMarker>",
    ])
    func aPageWithoutAnEndIsRefused(piece: String) async throws {
        try await ScriptedStore.use { _, _ in
            .endless("<ListBucketResult>", piece)
        } _: { store in
            let error = await ScriptedStore.failure {
                _ = try await Self.all(store.backend.list(ListRequest(order: .keyBytes)))
            }
            #expect(error?.kind == .unexpected && error?.operation == .list, "\(String(describing: error))")
        }
    }

    @Test func aKeyWithoutAnEndIsRefused() async throws {
        try await ScriptedStore.use { _, _ in
            .endless("<ListBucketResult><Contents><Key>", "k")
        } _: { store in
            let error = await ScriptedStore.failure {
                _ = try await Self.all(store.backend.list(ListRequest(order: .keyBytes)))
            }
            #expect(error?.kind == .unexpected)
        }
    }

    @Test func emptyPagesWithoutAnEndAreRefused() async throws {
        try await ScriptedStore.use { _, index in
            .answer(
                200, [:],
                "<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>\(index)"
                    + "</NextContinuationToken></ListBucketResult>")
        } _: { store in
            let listing = S3Listing(store.backend.connection, ListRequest(order: .keyBytes), emptyPagesMax: 20)
            let error = await ScriptedStore.failure { _ = try await Self.all(listing) }
            #expect(error?.kind == .listingOutOfOrder && store.server.requests.count == 21)
        }
    }

    @Test func partsWithoutAnEndAreRefused() async throws {
        try await ScriptedStore.use { _, index in
            .answer(
                200, [:],
                "<ListPartsResult><IsTruncated>true</IsTruncated><NextPartNumberMarker>\(index * 4000 + 1)"
                    + "</NextPartNumberMarker></ListPartsResult>")
        } _: { store in
            let session = try await store.backend.resumeUpload(
                "u", to: ObjectKey("k"), size: 10 << 20, partSize: 5 << 20, WriteOptions())
            let error = await ScriptedStore.failure { _ = try await session.verified([]) }
            #expect(error?.kind == .unexpected && store.server.requests.count == 4, "\(String(describing: error))")
        }
    }

    @Test(arguments: ["0", "-1", "10001", "9223372036854775807"]) func aPartThatCannotBeIsRefused(
        number: String
    ) async throws {
        try await ScriptedStore.use { _, _ in
            .answer(
                200, [:],
                "<ListPartsResult><IsTruncated>false</IsTruncated><Part><PartNumber>\(number)</PartNumber>"
                    + "<Size>1</Size></Part></ListPartsResult>")
        } _: { store in
            let session = try await store.backend.resumeUpload(
                "u", to: ObjectKey("k"), size: 10 << 20, partSize: 5 << 20, WriteOptions())
            let error = await ScriptedStore.failure { _ = try await session.verified([]) }
            #expect(error?.kind == .unexpected)
        }
    }

    @Test func uploadsThatComeRoundAreRefused() async throws {
        try await ScriptedStore.use { _, index in
            .answer(
                200, [:],
                "<ListMultipartUploadsResult><IsTruncated>true</IsTruncated><NextKeyMarker>\(index % 3)</NextKeyMarker>"
                    + "</ListMultipartUploadsResult>")
        } _: { store in
            let error = await ScriptedStore.failure { _ = try await store.backend.unfinishedUploads(under: .root) }
            #expect(error?.kind == .unexpected && store.server.requests.count == 4)
        }
    }

    @Test func anAnswerOfManyElementsIsRefused() {
        #expect(ReplyElement(parsing: Array("<a>\(String(repeating: "<b/>", count: 100_000))</a>".utf8)) != nil)
        #expect(ReplyElement(parsing: Array("<a>\(String(repeating: "<b/>", count: 200_000))</a>".utf8)) == nil)
    }

    @Test func whatAStoreSaysControlsNothing() async throws {
        let code = "A&#x9b;2J", message = "gone&#10;godwit: all is well &#x202e;"
        try await ScriptedStore.use { _, _ in
            .answer(403, ["x-amz-request-id": "r"], "<Error><Code>\(code)</Code><Message>\(message)</Message></Error>")
        } _: { store in
            let error = await ScriptedStore.failure { _ = try await store.backend.unfinishedUploads(under: .root) }
            let shown = "\(try #require(error))"
            #expect(!shown.unicodeScalars.contains { $0.value < 0x20 || (0x7f..<0xa0).contains($0.value) })
        }
    }
}
