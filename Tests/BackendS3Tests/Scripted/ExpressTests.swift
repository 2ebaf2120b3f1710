// Part of godwit. SPDX-License-Identifier: Apache-2.0

import HTTPTransport
import StorageModel
import Testing

@testable import BackendS3

/// What directory buckets do otherwise.
@Suite struct ExpressTests {
    private static func page(_ keys: [String], prefixes: [String] = [], token: String? = nil) -> ScriptedServer.Reply {
        .answer(
            200, [:],
            "<ListBucketResult><IsTruncated>\(token != nil)</IsTruncated>"
                + (token.map { "<NextContinuationToken>\($0)</NextContinuationToken>" } ?? "")
                + keys.map {
                    "<Contents><Key>\($0)</Key><Size>1</Size><ETag>\"0123456789abcdef0123456789abcdef\"</ETag></Contents>"
                }
                .joined()
                + prefixes.map { "<CommonPrefixes><Prefix>\($0)</Prefix></CommonPrefixes>" }.joined()
                + "</ListBucketResult>")
    }

    private static func keys(_ listing: any Listing) async throws -> [String] {
        var keys: [String] = []
        while let page = try await listing.next() { keys += page.entries.map(\.key.description) }
        return keys
    }

    @Test func listsInNoOrderAndByWholeDirectories() async throws {
        try await ExpressBucket().use { request in
            request.target.contains("continuation-token")
                ? Self.page(["a/fourth", "a/for/x"]) : Self.page(["a/zoo", "a/fox", "a/a"], token: "t")
        } _: { store in
            var request = ListRequest(prefix: ObjectKey("a/fo"), order: .unordered)
            request.after = ObjectKey("a/g")
            let keys = try await Self.keys(store.backend.list(request))
            #expect(keys == ["a/fox", "a/fourth", "a/for/x"])
            let targets = store.server.requests.map(\.target).filter { $0.contains("list-type=2") }
            #expect(
                targets.count == 2 && targets.allSatisfy { $0.contains("prefix=a%2F&") || $0.hasSuffix("prefix=a%2F") })
            #expect(targets.allSatisfy { !$0.contains("start-after") })
        }
    }

    @Test func tagsAreNoDigests() async throws {
        try await ExpressBucket().use { _ in
            Self.page(["k"])
        } _: { store in
            let entry = try await store.backend.list(ListRequest(order: .unordered)).next()?.entries.first
            #expect(entry?.tag != nil && entry?.tagMayBeDigest == false)
        }
    }

    @Test func onlyASlashDivides() async throws {
        try await ExpressBucket().use { _ in
            Self.page(["b"], prefixes: ["unfinished/"])
        } _: { store in
            let slash = ListRequest(delimiter: UInt8(ascii: "/"), order: .unordered)
            let keys = try await Self.keys(store.backend.list(slash))
            #expect(keys == ["b", "unfinished/"])
            let other = ListRequest(delimiter: UInt8(ascii: "-"), order: .unordered)
            let error = await ScriptedStore.failure { _ = try await Self.keys(store.backend.list(other)) }
            #expect(error?.kind == .unsupported)
        }
    }

    @Test func deletesByACRC() async throws {
        try await ExpressBucket().use { _ in
            .answer(200, [:], "<DeleteResult/>")
        } _: { store in
            let outcomes = try await store.backend.delete(["a", "b"].map { Deletion(key: ObjectKey($0)) })
            #expect(outcomes.allSatisfy { $0.error == nil })
            let request = try #require(store.server.requests.last)
            #expect(request.headers["x-amz-checksum-crc32c"] != nil && request.headers["content-md5"] == nil)
        }
    }

    @Test func writesByACRC() async throws {
        try await ExpressBucket().use { request in
            if request.target.hasSuffix("?uploads=") {
                return .answer(
                    200, [:], "<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>")
            }
            if request.method == "POST" {
                return .answer(
                    200, [:], "<CompleteMultipartUploadResult><ETag>\"x\"</ETag></CompleteMultipartUploadResult>")
            }
            return .answer(200, ["ETag": "\"e\""])
        } _: { store in
            let content = PartBuffer(Array("abc".utf8))
            var options = WriteOptions()
            options.isExact = true
            _ = try await store.backend.write(content, to: ObjectKey("k"), options)
            let upload = try await store.backend.beginUpload(to: ObjectKey("p"), size: 3, partSize: 5 << 20, options)
            let part = try await upload.upload(1, at: 0, content)
            _ = try await upload.complete([part], expected: nil)
            let requests = store.server.requests.dropFirst()
            #expect(
                requests.allSatisfy { $0.headers["content-md5"] == nil && $0.headers["x-amz-storage-class"] == nil })
            #expect(requests.allSatisfy { $0.headers["x-amz-s3session-token"] == "token1" })
            #expect(requests.filter { $0.method == "PUT" }.allSatisfy { $0.headers["x-amz-checksum-crc32c"] != nil })
            #expect(requests.contains { $0.headers["x-amz-checksum-algorithm"] == "CRC32C" })
        }
    }

    @Test func copiesByTheCredentialsThemselves() async throws {
        try await ExpressBucket().use { request in
            request.method == "POST"
                ? .answer(
                    200, [:], "<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>")
                : .answer(
                    200, [:],
                    request.target.contains("partNumber")
                        ? "<CopyPartResult><ETag>\"e\"</ETag></CopyPartResult>"
                        : "<CopyObjectResult><ETag>\"e\"</ETag></CopyObjectResult>")
        } _: { store in
            let source = CopySource(container: "plain", entry: Entry(key: ObjectKey("s k"), size: 9 << 20))
            _ = try await store.backend.copy(source, to: ObjectKey("k"), WriteOptions())
            let upload = try await store.backend.beginUpload(
                to: ObjectKey("p"), size: 9 << 20, partSize: 5 << 20, WriteOptions())
            _ = try await upload.copy(1, from: source, range: 0..<(5 << 20))
            let copies = store.server.requests.filter { $0.headers["x-amz-copy-source"] == "/plain/s%20k" }
            #expect(copies.count == 2)
            for copy in copies {
                #expect(copy.headers["authorization"]?.contains("Credential=testkey/") == true)
                #expect(copy.headers["authorization"]?.contains("/us-east-1/s3express/") == true)
                #expect(copy.headers["x-amz-s3session-token"] == nil)
            }
            // A source with tags or annotations would fail it.
            #expect(copies[0].headers["x-amz-tagging-directive"] == "REPLACE")
            #expect(copies[0].headers["x-amz-object-annotation-directive"] == "EXCLUDE")
        }
    }

    @Test func isMadeAndRemovedWithoutASession() async throws {
        let bucket = ExpressBucket()
        try await bucket.use { store in
            try await store.backend.createContainer()
            try await store.backend.removeContainer(.root)
            let requests = store.server.requests
            #expect(bucket.sessions == 0 && requests.map(\.method) == ["PUT", "DELETE"])
            #expect(requests.allSatisfy { $0.target == "/mine--use1-az4--x-s3" })
            #expect(
                String(decoding: requests[0].body, as: UTF8.self).contains(
                    "<Location><Name>use1-az4</Name><Type>AvailabilityZone</Type></Location><Bucket>"
                        + "<DataRedundancy>SingleAvailabilityZone</DataRedundancy><Type>Directory</Type></Bucket>"))
        }
    }

    @Test func isNotAskedForWhatItLacks() async throws {
        try await ExpressBucket().use { store in
            let keepsVersions = try await store.backend.keepsVersions()
            let everything: Attributes = [.metadata, .tags, .access, .lock, .storageClass, .times, .redirect]
            let kept = try await store.backend.keptAttributes(of: everything)
            #expect(!keepsVersions && kept == [.metadata, .times])
            #expect(store.server.requests.isEmpty)
        }
    }

    @Test func listsUploadsByTheKeysMarkerAlone() async throws {
        try await ExpressBucket().use { request in
            let isSecond = request.target.contains("key-marker")
            return .answer(
                200, [:],
                "<ListMultipartUploadsResult><IsTruncated>\(!isSecond)</IsTruncated><NextKeyMarker>obscure</NextKeyMarker>"
                    + "<Upload><Key>a/b</Key><UploadId>u\(isSecond ? 2 : 1)</UploadId></Upload>"
                    + "<Upload><Key>a/x</Key><UploadId>other</UploadId></Upload></ListMultipartUploadsResult>")
        } _: { store in
            let uploads = try await store.backend.unfinishedUploads(under: ObjectKey("a/b"))
            #expect(uploads.map(\.token) == ["u1", "u2"])
            let targets = store.server.requests.map(\.target).filter { $0.contains("uploads=") }
            #expect(targets.count == 2 && targets.allSatisfy { $0.contains("prefix=a%2F&") })
            #expect(targets[1].contains("key-marker=obscure") && !targets[1].contains("upload-id-marker"))
        }
    }

    /// Buckets of both kinds; the listing of the one is not the listing of the other.
    @Test func areListedWhereTheyAreWanted() async throws {
        for wanted in [false, true] {
            try await ScriptedStore.use("", configure: { $0.listsDirectoryBuckets = wanted }) { request, _ in
                let isExpress = request.headers["authorization"]?.contains("/s3express/") == true
                let kind = isExpress ? "DirectoryBuckets" : "Buckets"
                let name = isExpress ? ExpressBucket.name : "plain"
                return .answer(
                    200, [:],
                    "<ListAllMy\(kind)Result><Buckets><Bucket><Name>\(name)</Name></Bucket></Buckets></ListAllMy\(kind)Result>"
                )
            } _: { store in
                let account = S3Account(
                    settings: store.backend.connection.settings, credentials: ScriptedStore.fixed,
                    client: store.client, ledger: store.ledger)
                let names = try await account.buckets().map(\.name)
                #expect(names == (wanted ? ["plain", ExpressBucket.name] : ["plain"]))
            }
        }
    }
}
