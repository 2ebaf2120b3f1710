// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Digests
import HTTPTransport
import StorageModel
import Testing

@testable import BackendS3

@Suite struct MultipartTests {
    private static let begun =
        "<InitiateMultipartUploadResult><UploadId>u/1+</UploadId></InitiateMultipartUploadResult>"
    private static let failed =
        "<?xml version=\"1.0\"?>\n  <Error><Code>InternalError</Code><Message>m</Message></Error>"
    private static let part = [UInt8](repeating: 7, count: 10)
    private static let partTag = Digest.checksum(of: part, .md5).hexadecimal
    private static let tag = Digest.composite([Digest.of(part, .md5)]).hexadecimal

    private static func done(_ tag: String) -> String {
        "<CompleteMultipartUploadResult><ETag>&quot;\(tag)&quot;</ETag></CompleteMultipartUploadResult>"
    }

    /// Answers everything but Complete, which `complete` answers, given how many came before.
    private static func store(
        head: ScriptedServer.Reply = .answer(404), _ complete: @escaping @Sendable (Int) -> ScriptedServer.Reply
    ) -> @Sendable (ScriptedServer.Request, Int) -> ScriptedServer.Reply {
        { request, index in
            switch request.method {
            case "POST" where request.target.hasSuffix("?uploads="): .answer(200, [:], begun)
            case "POST": complete(index)
            case "PUT": .answer(200, ["ETag": "\"\(partTag)\""])
            case "HEAD": head
            default: .answer(204)
            }
        }
    }

    private func upload(_ store: ScriptedStore, _ options: WriteOptions = WriteOptions(), expected: Checksum? = nil)
        async throws -> Entry
    {
        let session = try await store.backend.beginUpload(to: ObjectKey("k"), size: 10, partSize: 5 << 20, options)
        let receipt = try await session.upload(1, at: 0, PartBuffer(Self.part))
        return try await session.complete([receipt], expected: expected)
    }

    @Test func writesInParts() async throws {
        try await ScriptedStore.use(Self.store { _ in .answer(200, [:], Self.done(Self.tag)) }) { store in
            let crc = Digest.checksum(of: Self.part, .crc64nvme)
            let entry = try await upload(store, expected: crc)
            #expect(entry.tag?.text == Self.tag)
            #expect(entry.size == 10)
            let requests = store.server.requests
            #expect(
                requests.map(\.target) == [
                    "/bucket/k?uploads=", "/bucket/k?partNumber=1&uploadId=u%2F1%2B", "/bucket/k?uploadId=u%2F1%2B",
                ])
            #expect(requests[0].headers["x-amz-checksum-algorithm"] == "CRC64NVME")
            #expect(requests[0].headers["x-amz-checksum-type"] == "FULL_OBJECT")
            #expect(requests[1].headers["x-amz-checksum-crc64nvme"] == Base64.encode(crc.bytes))
            #expect(requests[2].headers["x-amz-checksum-crc64nvme"] == Base64.encode(crc.bytes))
            let document = String(decoding: requests[2].body, as: UTF8.self)
            #expect(document.contains("<ChecksumCRC64NVME>\(Base64.encode(crc.bytes))</ChecksumCRC64NVME>"))
            #expect(document.contains("<ETag>&quot;\(Self.partTag)&quot;</ETag><PartNumber>1</PartNumber>"))
            #expect(store.ledger[.post] == 2)
            #expect(store.ledger[.put] == 1)
        }
    }

    @Test func anErrorWithStatus200IsNoSuccess() async throws {
        try await ScriptedStore.use(Self.store { _ in .answer(200, [:], Self.failed) }) { store in
            let error = await ScriptedStore.failure { _ = try await upload(store) }
            #expect(error?.kind == .unexpected)
            #expect(error?.isTransient == true)
            #expect(error?.service?.code == "InternalError")
        }
    }

    @Test func aCompletionOfAnUploadThatIsGoneIsSettledByALook() async throws {
        let found = ScriptedServer.Reply.answer(200, ["ETag": "\"\(Self.tag)\"", "Content-Length": "10"])
        // What is there may be from an earlier upload: this one must be completed again to know that it is not left.
        try await ScriptedStore.use(Self.store(head: found) { _ in .hangUp }) { store in
            #expect(await ScriptedStore.failure { _ = try await upload(store) }?.kind == .outcomeUnknown)
        }
        let gone = "<Error><Code>NoSuchUpload</Code><Message>m</Message></Error>"
        try await ScriptedStore.use(Self.store(head: found) { _ in .answer(404, [:], gone) }) { store in
            let entry = try await upload(store)
            #expect(entry.tag?.text == Self.tag)
        }
        let other = ScriptedServer.Reply.answer(200, ["ETag": "\"x\"", "Content-Length": "10"])
        try await ScriptedStore.use(Self.store(head: other) { _ in .answer(404, [:], gone) }) { store in
            let error = await ScriptedStore.failure { _ = try await upload(store) }
            #expect(error?.kind == .unexpected)
            #expect(error?.isTransient == false)
        }
    }

    @Test func asksForATagThatTheStoreWithholds() async throws {
        let found = ScriptedServer.Reply.answer(200, ["ETag": "\"\(Self.tag)\"", "Content-Length": "10"])
        try await ScriptedStore.use(Self.store(head: found) { _ in .answer(200, [:], Self.done("")) }) { store in
            let entry = try await upload(store)
            #expect(entry.tag?.text == Self.tag)
        }
    }

    @Test func looksAtTheTargetWhereCopiesIgnoreConditions() async throws {
        var provider = Provider.aws
        provider.copiesHonourConditions = false
        try await ScriptedStore.use(provider: provider) { request, _ in
            guard request.method == "HEAD" else {
                return .answer(200, [:], "<CopyObjectResult><ETag>\"n\"</ETag></CopyObjectResult>")
            }
            return request.target == "/bucket/there"
                ? .answer(200, ["ETag": "\"t\"", "Content-Length": "1"]) : .answer(404)
        } _: { store in
            let source = CopySource(container: "from", entry: Entry(key: ObjectKey("a"), size: 9))
            func attempt(_ key: String, _ precondition: Precondition) async -> StorageError.Kind? {
                await ScriptedStore.failure {
                    _ = try await store.backend.copy(
                        source, to: ObjectKey(key), WriteOptions(precondition: precondition))
                }?.kind
            }
            #expect(await attempt("there", .absent) == .preconditionFailed)
            #expect(await attempt("there", .matches(VersionTag("u"))) == .preconditionFailed)
            #expect(await attempt("gone", .matches(VersionTag("t"))) == .preconditionFailed)
            #expect(store.ledger[.copy] == 0)
            #expect(await attempt("there", .matches(VersionTag("t"))) == nil)
            #expect(await attempt("gone", .absent) == nil)
            #expect(store.ledger[.copy] == 2)
        }
    }

    @Test func noticesAnotherResultAndAnotherExpectation() async throws {
        try await ScriptedStore.use(
            Self.store { _ in .answer(200, [:], Self.done("00000000000000000000000000000000-1")) }
        ) { store in
            #expect(await ScriptedStore.failure { _ = try await upload(store) }?.kind == .corrupted)
        }
        try await ScriptedStore.use(Self.store { _ in .answer(200, [:], Self.done(Self.tag)) }) { store in
            let wrong = Checksum(.md5, [UInt8](repeating: 1, count: 16), parts: 1)
            #expect(await ScriptedStore.failure { _ = try await upload(store, expected: wrong) }?.kind == .corrupted)
            #expect(!store.server.requests.contains { $0.target.contains("/bucket/k?uploadId") })
            _ = try await upload(store, expected: Digest.composite([Digest.of(Self.part, .md5)]))
        }
    }

    @Test func refusesPartsThatAreNotTheObject() async throws {
        try await ScriptedStore.use(Self.store { _ in .answer(200, [:], Self.done(Self.tag)) }) { store in
            let session = try await store.backend.beginUpload(
                to: ObjectKey("k"), size: 20 << 20, partSize: 10 << 20, WriteOptions())
            let one = PartReceipt(number: 1, size: 10 << 20, tag: VersionTag("a"))
            let two = PartReceipt(number: 2, size: 10 << 20, tag: VersionTag("b"))
            for parts in [[], [one], [two, one], [one, one]] {
                #expect(await ScriptedStore.failure { _ = try await session.complete(parts, expected: nil) } != nil)
            }
            #expect(store.server.requests.count == 1)
        }
    }

    @Test func refusesLayoutsBeyondTheLimits() async throws {
        try await ScriptedStore.use(Self.store { _ in .hangUp }) { store in
            for (size, part) in [(Int64(100 << 20), Int64(1 << 20)), (1 << 40, 5 << 20), (100, 0), (20 << 30, 6 << 30)]
            {
                let error = await ScriptedStore.failure {
                    _ = try await store.backend.beginUpload(
                        to: ObjectKey("k"), size: size, partSize: part, WriteOptions())
                }
                #expect(error?.kind == .unsupported)
            }
            #expect(store.server.requests.isEmpty)
            _ = try await store.backend.beginUpload(
                to: ObjectKey("k"), size: 50_000 << 20, partSize: 5 << 20, WriteOptions())
        }
    }

    @Test func abortsWhatIsGoneAlready() async throws {
        try await ScriptedStore.use { _, _ in
            .answer(404, [:], "<Error><Code>NoSuchUpload</Code><Message>m</Message></Error>")
        } _: { store in
            try await store.backend.abort(UnfinishedUpload(key: ObjectKey("k"), token: "u", begun: nil))
        }
    }

    // MARK: Copies and deletions

    @Test func copiesWithTheSourcePinned() async throws {
        try await ScriptedStore.use { request, index in
            index == 1
                ? .answer(200, [:], Self.failed)
                : .answer(
                    200, [:],
                    "<CopyObjectResult><ETag>\"n\"</ETag><LastModified>2026-01-02T03:04:05Z</LastModified></CopyObjectResult>"
                )
        } _: { store in
            let source = CopySource(
                container: "from", entry: Entry(key: ObjectKey("a b/ü?"), size: 9, tag: VersionTag("s"), version: "v=1")
            )
            let entry = try await store.backend.copy(source, to: ObjectKey("k"), WriteOptions())
            let headers = store.server.requests[0].headers
            #expect(headers["x-amz-copy-source"] == "/from/a%20b/%C3%BC%3F?versionId=v%3D1")
            #expect(headers["x-amz-copy-source-if-match"] == "\"s\"")
            #expect(headers["x-amz-metadata-directive"] == nil)
            #expect(entry.tag?.text == "n")
            #expect(entry.size == 9)
            #expect(entry.written == ScriptedStore.clock)
            let error = await ScriptedStore.failure {
                _ = try await store.backend.copy(source, to: ObjectKey("k"), WriteOptions())
            }
            #expect(error?.isTransient == true)
            #expect(store.ledger[.copy] == 2)
            let large = CopySource(container: "from", entry: Entry(key: ObjectKey("a"), size: 6 << 30))
            let tooLarge = await ScriptedStore.failure {
                _ = try await store.backend.copy(large, to: ObjectKey("k"), WriteOptions())
            }
            #expect(tooLarge?.kind == .unsupported)
        }
    }

    @Test func setsTheTimeAndKeepsTheRest() async throws {
        try await ScriptedStore.use { request, _ in
            if request.method == "GET" {
                return .answer(
                    200, [:],
                    "<AccessControlPolicy><Owner><ID>me</ID></Owner><AccessControlList><Grant><Grantee>"
                        + "<URI>http://acs.amazonaws.com/groups/global/AllUsers</URI></Grantee>"
                        + "<Permission>READ</Permission></Grant></AccessControlList></AccessControlPolicy>")
            }
            return request.method == "HEAD"
                ? .answer(
                    200,
                    [
                        "Content-Length": "9", "ETag": "\"s\"", "Content-Type": "text/x", "x-amz-meta-a": "1",
                        "x-amz-meta-mtime": "5",
                        "x-amz-storage-class": "STANDARD_IA", "Cache-Control": "no-store", "Expires": "never",
                    ]) : .answer(200, [:], "<CopyObjectResult><ETag>\"s\"</ETag></CopyObjectResult>")
        } _: { store in
            let entry = Entry(key: ObjectKey("k"), size: 9, tag: VersionTag("s"))
            try await store.backend.setModified(Timestamp(seconds: 77), of: entry)
            let headers = store.server.requests[2].headers
            // No copy takes over who may read it.
            #expect(headers["x-amz-acl"] == "public-read")
            #expect(headers["x-amz-metadata-directive"] == "REPLACE")
            #expect(headers["x-amz-meta-mtime"] == "77")
            #expect(headers["x-amz-meta-a"] == "1")
            #expect(headers["content-type"] == "text/x")
            #expect(headers["cache-control"] == "no-store")
            #expect(headers["expires"] == "never")
            #expect(headers["x-amz-storage-class"] == "STANDARD_IA")
            let changed = Entry(key: ObjectKey("k"), size: 9, tag: VersionTag("other"))
            let error = await ScriptedStore.failure {
                try await store.backend.setModified(Timestamp(seconds: 77), of: changed)
            }
            #expect(error?.kind == .preconditionFailed)
        }
    }

    @Test func tellsEachDeletionsOutcome() async throws {
        try await ScriptedStore.use { request, _ in
            guard request.method == "POST" else { return .answer(204) }
            return .answer(
                200, [:],
                """
                <DeleteResult><Error><Key>b</Key><Code>AccessDenied</Code><Message>m</Message></Error>
                <Error><Key>c</Key><Code>InternalError</Code><Message>m</Message></Error>
                <Error><Key>a</Key><Code>NoSuchKey</Code></Error></DeleteResult>
                """)
        } _: { store in
            let keys = ["a", "b", "\u{1}", "c", "d&<\r"]
            let outcomes = try await store.backend.delete(keys.map { Deletion(key: ObjectKey($0)) })
            #expect(outcomes.map(\.key.description) == keys)
            #expect(outcomes.map(\.error?.kind) == [nil, .permissionDenied, nil, .unexpected, nil])
            #expect(outcomes.map { $0.error?.isTransient ?? false } == [false, false, false, true, false])
            let batch = try #require(store.server.requests.first { $0.method == "POST" })
            let document = String(decoding: batch.body, as: UTF8.self)
            #expect(document.contains("<Key>d&amp;&lt;&#xD;</Key>"))
            #expect(batch.headers["content-md5"] == Base64.encode(Digest.of(batch.body, .md5)))
            #expect(store.server.requests.first { $0.method == "DELETE" }?.target == "/bucket/%01")
        }
    }

    @Test func deletesUnderAConditionOneByOne() async throws {
        try await ScriptedStore.use { request, _ in
            request.headers["if-match"] == "\"old\"" ? .answer(412) : .answer(204)
        } _: { store in
            let outcomes = try await store.backend.delete(
                (0..<40).map {
                    Deletion(key: ObjectKey("k\($0)"), ifMatch: VersionTag($0 == 7 ? "old" : "new"))
                })
            #expect(outcomes.filter { $0.error != nil }.map(\.key.description) == ["k7"])
            #expect(outcomes[7].error?.kind == .preconditionFailed)
            #expect(store.ledger[.delete] == 40)
        }
    }

    @Test func aBatchThatFailsAsAWholeThrows() async throws {
        try await ScriptedStore.use { _, _ in
            .answer(503)
        } _: { store in
            let deletions = ["a", "b"].map { Deletion(key: ObjectKey($0)) }
            let error = await ScriptedStore.failure { _ = try await store.backend.delete(deletions) }
            #expect(error?.kind == .rateLimited)
        }
    }

    @Test func bucketsThatAreOursAlreadyAreFine() async throws {
        try await ScriptedStore.use(configure: { $0.region = "eu-west-1" }) { request, _ in
            request.method == "HEAD"
                ? .answer(200)
                : .answer(409, [:], "<Error><Code>BucketAlreadyExists</Code><Message>m</Message></Error>")
        } _: { store in
            try await store.backend.createContainer()
            let document = String(decoding: store.server.requests[0].body, as: UTF8.self)
            #expect(document.contains("<LocationConstraint>eu-west-1</LocationConstraint>"))
        }
        try await ScriptedStore.use { request, _ in
            request.method == "HEAD"
                ? .answer(403)
                : .answer(409, [:], "<Error><Code>BucketAlreadyExists</Code><Message>m</Message></Error>")
        } _: { store in
            #expect(await ScriptedStore.failure { try await store.backend.createContainer() }?.kind == .alreadyExists)
            #expect(store.server.requests[0].body.isEmpty)
        }
    }
}
