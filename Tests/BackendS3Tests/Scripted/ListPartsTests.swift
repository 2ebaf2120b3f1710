// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Digests
import HTTPTransport
import StorageModel
import Testing

@testable import BackendS3

/// Uploads that an earlier process left, by what stores say of their parts.
@Suite struct ListPartsTests {
    private static let digest = Digest.checksum(of: [1], .md5)
    private static let crc = Digest.checksum(of: [1], .crc64nvme)

    private static func part(
        _ number: String, size: String = "5", tag: String = "&quot;\(digest.hexadecimal)&quot;", _ more: String = ""
    ) -> String {
        "<Part><PartNumber>\(number)</PartNumber><Size>\(size)</Size><ETag>\(tag)</ETag>\(more)</Part>"
    }

    private static func page(_ parts: String, next: String? = nil, isTruncated: Bool = false) -> String {
        "<ListPartsResult>\(next.map { "<NextPartNumberMarker>\($0)</NextPartNumberMarker>" } ?? "")"
            + "<IsTruncated>\(isTruncated)</IsTruncated>\(parts)</ListPartsResult>"
    }

    private static func receipt(
        _ number: Int = 1, size: Int64 = 5, tag: String? = digest.hexadecimal, _ checksums: [Checksum] = []
    ) -> PartReceipt {
        PartReceipt(number: number, size: size, tag: tag.map { VersionTag($0) }, checksums: checksums)
    }

    private func verified(
        _ receipts: [PartReceipt], by answer: String, status: Int = 200, provider: Provider = .aws
    ) async throws -> [PartReceipt] {
        var found: [PartReceipt] = []
        try await ScriptedStore.use(provider: provider) { _, _ in
            .answer(status, [:], answer)
        } _: { store in
            let session = try await resume(store)
            found = try await session.verified(receipts)
        }
        return found
    }

    private func resume(_ store: ScriptedStore) async throws -> any UploadSession {
        try await store.backend.resumeUpload(
            "u/1+", to: ObjectKey("k"), size: 100 << 20, partSize: 5 << 20, WriteOptions())
    }

    @Test func readsAllPages() async throws {
        // Some stores leave the marker out, or the quotes.
        try await ScriptedStore.use { request, _ in
            if request.target.contains("part-number-marker=2&") {
                return .answer(200, [:], Self.page(Self.part("4", tag: Self.digest.hexadecimal), isTruncated: true))
            }
            if request.target.contains("part-number-marker=4&") {
                return .answer(200, [:], Self.page(Self.part("7")))
            }
            return .answer(200, [:], Self.page(Self.part("1") + Self.part("2"), next: "2", isTruncated: true))
        } _: { store in
            let receipts = [1, 2, 3, 4, 7].map { Self.receipt($0) }
            let found = try await resume(store).verified(receipts)
            #expect(found.map(\.number) == [1, 2, 4, 7])
            #expect(
                store.server.requests.map(\.target) == [
                    "/bucket/k?uploadId=u%2F1%2B", "/bucket/k?part-number-marker=2&uploadId=u%2F1%2B",
                    "/bucket/k?part-number-marker=4&uploadId=u%2F1%2B",
                ])
            #expect(store.ledger[.list] == 3)
        }
    }

    @Test func readsTenThousandParts() async throws {
        try await ScriptedStore.use { request, _ in
            let marker =
                request.target.split(separator: "part-number-marker=").dropFirst().first
                .flatMap { Int($0.prefix { $0 != "&" }) } ?? 0
            let parts = (marker + 1...marker + 1000).map { Self.part("\($0)") }.joined()
            return .answer(200, [:], Self.page(parts, next: "\(marker + 1000)", isTruncated: marker < 9000))
        } _: { store in
            let receipts = (1...10_000).map { Self.receipt($0) }
            let found = try await resume(store).verified(receipts)
            #expect(found == receipts)
            #expect(store.server.requests.count == 10)
        }
    }

    @Test func comparesAllThatBothSidesTell() async throws {
        let listed = Self.page(
            Self.part("1", "<ChecksumCRC64NVME>\(Base64.encode(Self.crc.bytes))</ChecksumCRC64NVME>"))
        let other = Checksum(.crc64nvme, [0, 0, 0, 0, 0, 0, 0, 0])
        let right = [
            Self.receipt(), Self.receipt(1, [Self.crc]), Self.receipt(1, tag: nil, [Self.crc]),
            Self.receipt(1, [Self.crc, Self.digest]),
            // What the store does not tell, it cannot deny.
            Self.receipt(1, [Checksum(.sha256, [UInt8](repeating: 0, count: 32))]),
        ]
        let wrong = [
            Self.receipt(1, size: 6), Self.receipt(1, tag: "x"), Self.receipt(1, tag: nil), Self.receipt(2),
            Self.receipt(1, [other]), Self.receipt(1, tag: nil, [other]), Self.receipt(1, tag: "x", [Self.crc]),
            Self.receipt(1, [Digest.checksum(of: [2], .md5)]),
        ]
        #expect(try await verified(right + wrong, by: listed) == right)
        // Ceph left tags empty elsewhere.
        let untagged = Self.page(
            Self.part("1", tag: "", "<ChecksumCRC64NVME>\(Base64.encode(Self.crc.bytes))</ChecksumCRC64NVME>"))
        #expect(try await verified([Self.receipt(1, [Self.crc])], by: untagged).count == 1)
        #expect(try await verified([Self.receipt()], by: untagged).isEmpty)
        // Where tags are no digests, one is compared as it is.
        let opaque = Self.receipt(1, [Digest.checksum(of: [2], .md5)])
        #expect(try await verified([opaque], by: Self.page(Self.part("1")), provider: .other) == [opaque])
    }

    @Test func aPartThatIsListedTwiceIsInDoubt() async throws {
        let listed = Self.page(
            Self.part("1") + Self.part("2") + Self.part("3") + Self.part("1") + Self.part("2", tag: "x")
                + Self.part("2"))
        let receipts = [Self.receipt(1), Self.receipt(2), Self.receipt(3)]
        #expect(try await verified(receipts, by: listed) == [receipts[0], receipts[2]])
        let moto = listed.replacing("ListPartsResult", with: "ListPartsResponse")
        #expect(try await verified(receipts, by: moto) == [receipts[0], receipts[2]])
    }

    @Test func anUploadThatIsGoneIsNotFound() async throws {
        for (status, code, kind) in [
            (404, "NoSuchUpload", StorageError.Kind.notFound), (404, "NoSuchKey", .notFound),
            (400, "NoSuchUpload", .notFound), (200, "NoSuchUpload", .notFound),
            (404, "NoSuchBucket", .containerNotFound),
            (403, "AccessDenied", .permissionDenied),
        ] {
            let document = "<Error><Code>\(code)</Code><Message>m</Message></Error>"
            let error = await ScriptedStore.failure { _ = try await verified([], by: document, status: status) }
            #expect(error?.kind == kind, "\(status) \(code)")
        }
    }

    @Test(arguments: [
        "<ListPartsResult><Part><Size>5</Size></Part></ListPartsResult>",
        "<ListPartsResult><Part><PartNumber>1</PartNumber></Part></ListPartsResult>",
        page(part("0")), page(part("-1")), page(part("x")), page(part("10001")), page(part("99999999999999999999")),
        page(part("1", size: "-5")), page(part("1", size: "99999999999999999999")),
        page("", isTruncated: true), page(part("1"), next: "0", isTruncated: true),
        page(part("1"), next: "10001", isTruncated: true), page(part("1"), next: "1", isTruncated: true),
        "<ListPartsResult>", "<Other/>", "",
    ])
    func refusesListsThatCannotBe(answer: String) async throws {
        let error = await ScriptedStore.failure { _ = try await verified([Self.receipt()], by: answer) }
        #expect(error?.kind == .unexpected)
        #expect(error?.operation == .upload)
        #expect(error?.key == ObjectKey("k"))
    }

    @Test func refusesEndlessLists() async throws {
        let parts = (1...100_000).map { Self.part("\($0)") }.joined()
        let error = await ScriptedStore.failure { _ = try await verified([], by: Self.page(parts)) }
        #expect(error?.kind == .unexpected)
    }

    @Test func refusesPartsThatTheStoreWouldNotTake() async throws {
        try await ScriptedStore.use { _, _ in
            .hangUp
        } _: { store in
            let error = await ScriptedStore.failure {
                _ = try await store.backend.resumeUpload(
                    "u", to: ObjectKey("k"), size: 100 << 20, partSize: 1, WriteOptions())
            }
            #expect(error?.kind == .unsupported)
            #expect(store.server.requests.isEmpty)
        }
    }
}
