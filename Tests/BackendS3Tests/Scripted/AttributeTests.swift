// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel
import Testing

@testable import BackendS3

/// Tags, locks, access lists and redirects on the wire.
@Suite struct AttributeTests {
    private static let everyone = AccessList.Grant(.group("http://acs.amazonaws.com/groups/global/AllUsers"), "READ")
    private static let someone = AccessList.Grant(.account("someone"), "FULL_CONTROL")

    /// A minute from now.
    private static let later = Timestamp(seconds: ScriptedStore.clock.seconds + 60)

    private static var full: ObjectMetadata {
        var metadata = ObjectMetadata(contentType: "text/x")
        metadata.websiteRedirect = "/there"
        metadata.tags = [.init(name: "k 1", value: "é&="), .init(name: "l", value: "")]
        metadata.lock = ObjectLock(
            mode: .governance, retainUntil: Self.later, hasLegalHold: true)
        return metadata
    }

    private static let policy = """
        <AccessControlPolicy xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Owner><ID>me</ID></Owner><AccessControlList>
        <Grant><Grantee><ID>me</ID></Grantee><Permission>FULL_CONTROL</Permission></Grant>
        <Grant><Grantee><ID>someone</ID></Grantee><Permission>FULL_CONTROL</Permission></Grant>
        <Grant><Grantee><URI>http://acs.amazonaws.com/groups/global/AllUsers</URI></Grantee><Permission>READ</Permission>
        </Grant></AccessControlList></AccessControlPolicy>
        """

    private static func answer(_ request: ScriptedServer.Request) -> ScriptedServer.Reply {
        switch (request.method, request.target.split(separator: "?").last) {
        case ("GET", "acl="): .answer(200, [:], policy)
        case ("POST", "uploads="):
            .answer(
                200, [:],
                "<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>")
        case _ where request.headers["x-amz-copy-source"] != nil:
            .answer(200, [:], "<CopyObjectResult><ETag>\"abc\"</ETag></CopyObjectResult>")
        default: .answer(200, ["ETag": "\"abc\""])
        }
    }

    private func expectFull(_ request: ScriptedServer.Request) {
        #expect(request.headers["x-amz-website-redirect-location"] == "/there")
        #expect(request.headers["x-amz-object-lock-mode"] == "GOVERNANCE")
        #expect(request.headers["x-amz-object-lock-retain-until-date"] == "2026-01-02T03:05:05.000Z")
        #expect(request.headers["x-amz-object-lock-legal-hold"] == "ON")
    }

    /// Only what the object lacks is asked for, of the version that was looked at.
    @Test(
        arguments: [
            ([:], ["PUT retention", "PUT legal-hold"]),
            (["x-amz-object-lock-legal-hold": "ON"], ["PUT retention"]),
            (
                [
                    "x-amz-object-lock-mode": "GOVERNANCE",
                    "x-amz-object-lock-retain-until-date": "2026-01-02T03:05:05.000Z",
                ], ["PUT legal-hold"]
            ),
        ] as [([String: String], [String])])
    func aLockIsPutOnWhatIsThere(present: [String: String], sent: [String]) async throws {
        try await ScriptedStore.use { request, _ in
            let headers = present.merging(["ETag": "\"abc\"", "x-amz-version-id": "v"]) { $1 }
            return request.method == "HEAD"
                ? .answer(200, headers.merging(["content-length": "1"]) { $1 }, "") : .answer(200, headers, "")
        } _: { store in
            let entry = Entry(key: ObjectKey("k"), size: 1, tag: VersionTag("abc"))
            try await store.backend.setAttributes(.lock, of: entry, to: Self.full, modified: nil)
            let requests = store.server.requests.dropFirst()
            #expect(
                requests.map { "\($0.method) \($0.target)" }
                    == sent.map { text in
                        "PUT /bucket/k?\(text.dropFirst(4))=&versionId=v"
                    })
            #expect(requests.allSatisfy { $0.headers["content-md5"] != nil })
            for request in requests {
                let body = String(decoding: request.body, as: UTF8.self)
                let wanted =
                    request.target.contains("retention")
                    ? "<Mode>GOVERNANCE</Mode><RetainUntilDate>2026-01-02T03:05:05.000Z</RetainUntilDate>"
                    : "<Status>ON</Status>"
                #expect(body.contains(wanted), "\(body)")
            }
        }
    }

    @Test func aTypeThatALockCostsIsGivenAgain() async throws {
        try await ScriptedStore.use(provider: .seaweedFS) { request, _ in
            request.method == "HEAD"
                ? .answer(200, ["ETag": "\"abc\"", "content-length": "1", "content-type": "text/own"], "")
                : Self.answer(request)
        } _: { store in
            let entry = Entry(key: ObjectKey("k"), size: 1, tag: VersionTag("abc"))
            try await store.backend.setAttributes(.lock, of: entry, to: Self.full, modified: nil)
            let requests = store.server.requests.map { "\($0.method) \($0.target)" }
            #expect(requests.contains("PUT /bucket/k?retention=") && requests.contains("PUT /bucket/k?legal-hold="))
            let copy = try #require(store.server.requests.last)
            #expect(copy.headers["x-amz-copy-source"] == "/bucket/k" && copy.headers["content-type"] == "text/own")
        }
    }

    @Test func aWriteAndAnUploadCarryEverything() async throws {
        try await ScriptedStore.use { request, _ in
            Self.answer(request)
        } _: { store in
            let options = WriteOptions(metadata: Self.full)
            _ = try await store.backend.write(PartBuffer([1]), to: ObjectKey("k"), options)
            _ = try await store.backend.beginUpload(to: ObjectKey("k"), size: 9 << 20, partSize: 5 << 20, options)
            for request in store.server.requests {
                expectFull(request)
                #expect(request.headers["x-amz-tagging"] == "k%201=%C3%A9%26%3D&l=")
            }
            #expect(store.server.requests.count == 2)
        }
    }

    /// Where an upload forgets its tags, the object gets them once it is there.
    @Test(arguments: [Provider.aws, .ceph]) func anUploadKeepsItsTags(provider: Provider) async throws {
        try await ScriptedStore.use(provider: provider) { request, _ in
            if request.method == "POST", !request.target.hasSuffix("uploads=") {
                return .answer(
                    200, [:], "<CompleteMultipartUploadResult><ETag>\"abc\"</ETag></CompleteMultipartUploadResult>")
            }
            return Self.answer(request)
        } _: { store in
            let upload = try await store.backend.beginUpload(
                to: ObjectKey("k"), size: 1, partSize: 5 << 20, WriteOptions(metadata: Self.full))
            let part = try await upload.upload(1, at: 0, PartBuffer([1]))
            _ = try await upload.complete([part], expected: nil)
            let tagging = store.server.requests.filter { $0.target.hasSuffix("tagging=") }
            #expect(tagging.count == (provider == .ceph ? 1 : 0))
        }
    }

    /// A retention that is over is none.
    @Test func anOldRetentionIsNotSent() async throws {
        try await ScriptedStore.use { request, _ in
            Self.answer(request)
        } _: { store in
            var metadata = ObjectMetadata()
            metadata.lock = ObjectLock(mode: .compliance, retainUntil: ScriptedStore.clock)
            _ = try await store.backend.write(PartBuffer([1]), to: ObjectKey("k"), WriteOptions(metadata: metadata))
            #expect(store.server.requests[0].headers["x-amz-object-lock-mode"] == nil)
        }
    }

    @Test func aCopySaysWhatNoCopyTakesOver() async throws {
        try await ScriptedStore.use { request, _ in
            Self.answer(request)
        } _: { store in
            let source = CopySource(container: "other", entry: Entry(key: ObjectKey("k"), size: 3))
            var options = WriteOptions(metadata: Self.full)
            _ = try await store.backend.copy(source, to: ObjectKey("k"), options)
            let plain = store.server.requests[0]
            expectFull(plain)
            #expect(plain.headers["content-md5"] == "1B2M2Y8AsgTpgAmY7PhCfg==")
            #expect(plain.headers["x-amz-tagging"] == nil && plain.headers["x-amz-tagging-directive"] == nil)
            #expect(plain.headers["x-amz-metadata-directive"] == nil && plain.headers["content-type"] == nil)
            options.replacesTags = true
            _ = try await store.backend.copy(source, to: ObjectKey("k"), options)
            #expect(store.server.requests[1].headers["x-amz-tagging-directive"] == "REPLACE")
            #expect(store.server.requests[1].headers["x-amz-tagging"] == "k%201=%C3%A9%26%3D&l=")
        }
    }

    @Test func accessListsAreCannedWhereTheyCanBe() async throws {
        try await ScriptedStore.use(configure: { $0.acl = "private" }) { request, _ in
            Self.answer(request)
        } _: { store in
            func sent(_ grants: [AccessList.Grant]) async throws -> [String: String] {
                var metadata = ObjectMetadata()
                metadata.access = AccessList(grants: grants)
                _ = try await store.backend.write(PartBuffer([1]), to: ObjectKey("k"), WriteOptions(metadata: metadata))
                return store.server.requests.last?.headers.filter { name, _ in
                    name == "x-amz-acl" || name.hasPrefix("x-amz-grant")
                } ?? [:]
            }
            #expect(try await sent([]) == [:])
            #expect(try await sent([Self.everyone]) == ["x-amz-acl": "public-read"])
            #expect(store.server.requests.count == 2)
            let spelled = try await sent([Self.everyone, Self.someone])
            #expect(spelled["x-amz-grant-full-control"] == "id=\"me\", id=\"someone\"")
            #expect(spelled["x-amz-grant-read"] == "uri=\"http://acs.amazonaws.com/groups/global/AllUsers\"")
            _ = try await sent([Self.everyone, Self.someone])
            // Whose the bucket is, is asked once.
            #expect(store.server.requests.count { $0.method == "GET" } == 1)
        }
    }

    @Test func attributesAreRead() async throws {
        try await ScriptedStore.use { request, _ in
            if request.target.hasSuffix("tagging=") {
                return .answer(
                    200, [:],
                    "<Tagging><TagSet><Tag><Key>b</Key><Value>2</Value></Tag><Tag><Key>a</Key><Value/></Tag></TagSet></Tagging>"
                )
            }
            if request.target.hasSuffix("acl=") { return .answer(200, [:], Self.policy) }
            return .answer(
                200,
                [
                    "Content-Length": "3", "x-amz-tagging-count": "2", "x-amz-object-lock-mode": "COMPLIANCE",
                    "x-amz-object-lock-retain-until-date": "2026-01-02T03:05:05Z",
                    "x-amz-object-lock-legal-hold": "OFF",
                ])
        } _: { store in
            let entry = try await store.backend.stat(ObjectKey("k"), version: nil)
            #expect(entry.metadata?.tagCount == 2)
            #expect(
                entry.metadata?.lock
                    == ObjectLock(mode: .compliance, retainUntil: Self.later))
            let metadata = try await store.backend.attributes(of: entry, [.tags, .access])
            #expect(metadata.tags == [.init(name: "a", value: ""), .init(name: "b", value: "2")])
            #expect(metadata.access?.grants == [Self.someone, Self.everyone])
        }
    }

    /// Which bucket keeps what, from what the store says of it, and from what it may not say.
    @Test(arguments: [
        (
            200, "<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled></ObjectLockConfiguration>",
            true
        ),
        (404, "<Error><Code>ObjectLockConfigurationNotFoundError</Code></Error>", false),
        (403, "<Error><Code>AccessDenied</Code></Error>", true),
        (501, "<Error><Code>NotImplemented</Code></Error>", false),
        (404, "<Error><Code>NoSuchBucket</Code></Error>", true),
    ]) func locksAreKeptWhereTheBucketSaysSo(status: Int, body: String, isKept: Bool) async throws {
        try await ScriptedStore.use { request, _ in
            .answer(status, [:], body)
        } _: { store in
            let kept = try await store.backend.keptAttributes(of: [.lock, .tags])
            #expect(kept == (isKept ? [.lock, .tags] : .tags))
        }
    }

    @Test func ownersWhoOwnEverythingHaveNoAccessLists() async throws {
        try await ScriptedStore.use { _, _ in
            .answer(
                200, [:],
                "<OwnershipControls><Rule><ObjectOwnership>BucketOwnerEnforced</ObjectOwnership></Rule></OwnershipControls>"
            )
        } _: { store in
            let kept = try await store.backend.keptAttributes(of: .access)
            #expect(kept == [])
        }
    }

    /// A repair keeps what it is not about: the access list and the lock, which no copy takes over.
    @Test func aRepairKeepsTheRest() async throws {
        try await ScriptedStore.use { request, _ in
            if request.method == "HEAD" {
                return .answer(
                    200,
                    [
                        "ETag": "\"abc\"", "Content-Length": "3", "x-amz-object-lock-legal-hold": "ON",
                        "x-amz-storage-class": "STANDARD_IA",
                    ])
            }
            return Self.answer(request)
        } _: { store in
            let entry = Entry(key: ObjectKey("k"), size: 3, tag: VersionTag("abc"))
            try await store.backend.setAttributes(
                [.metadata, .tags], of: entry, to: Self.full, modified: Timestamp(seconds: 5))
            let copy = try #require(store.server.requests.last)
            #expect(copy.headers["x-amz-metadata-directive"] == "REPLACE")
            #expect(copy.headers["x-amz-tagging-directive"] == "REPLACE")
            #expect(copy.headers["content-type"] == "text/x" && copy.headers["x-amz-meta-mtime"] == "5")
            #expect(copy.headers["x-amz-storage-class"] == "STANDARD_IA")
            #expect(copy.headers["x-amz-object-lock-legal-hold"] == "ON")
            #expect(copy.headers["x-amz-object-lock-mode"] == nil)
            #expect(copy.headers["x-amz-grant-full-control"] == "id=\"me\", id=\"someone\"")
            // Tags alone need no copy.
            try await store.backend.setAttributes(.tags, of: entry, to: Self.full, modified: nil)
            let tagging = try #require(store.server.requests.last)
            #expect(tagging.method == "PUT" && tagging.target.hasPrefix("/bucket/k?tagging"))
            #expect(String(decoding: tagging.body, as: UTF8.self).contains("<Key>k 1</Key><Value>é&amp;=</Value>"))
        }
    }

    /// What may not be read says what to do.
    @Test func aRefusalOfTagsNamesThePermission() async throws {
        try await ScriptedStore.use { _, _ in
            .answer(403, [:], "<Error><Code>AccessDenied</Code></Error>")
        } _: { store in
            let error = await ScriptedStore.failure {
                _ = try await store.backend.attributes(of: Entry(key: ObjectKey("k"), size: 1), .tags)
            }
            #expect(error?.kind == .permissionDenied)
            #expect(error?.advice == "the credentials lack s3:GetObjectTagging; add it, or pass --no-preserve tags")
        }
    }

    /// Ceph's copies have the source's tags with the source's metadata, and none with other metadata.
    @Test func copiesAreGivenTheirTagsWhereTheStoreDoesNot() async throws {
        let tags = "<Tagging><TagSet><Tag><Key>a</Key><Value>1</Value></Tag></TagSet></Tagging>"
        try await ScriptedStore.use(provider: .ceph) { request, _ in
            request.target.hasSuffix("tagging=") ? .answer(200, [:], tags) : Self.answer(request)
        } _: { store in
            var source = CopySource(container: "from", entry: Entry(key: ObjectKey("s"), size: 1))
            func requests(_ options: WriteOptions) async throws -> [String] {
                let before = store.server.requests.count
                _ = try await store.backend.copy(source, to: ObjectKey("k"), options)
                return store.server.requests.dropFirst(before).map { "\($0.method) \($0.target)" }
            }
            var options = WriteOptions()
            var found = try await requests(options)
            #expect(found == ["PUT /bucket/k"])
            options.replacesMetadata = true
            found = try await requests(options)
            #expect(found == ["GET /from/s?tagging=", "PUT /bucket/k", "PUT /bucket/k?tagging="])
            // A stat has told that there are none.
            source.entry.metadata = ObjectMetadata()
            found = try await requests(options)
            #expect(found == ["PUT /bucket/k"])
            options.replacesTags = true
            found = try await requests(options)
            #expect(found == ["PUT /bucket/k"])
            options.metadata.tags = [.init(name: "b", value: "2")]
            found = try await requests(options)
            #expect(found == ["PUT /bucket/k", "PUT /bucket/k?tagging="])
            options.replacesMetadata = false
            options.metadata.tags = []
            found = try await requests(options)
            #expect(found == ["PUT /bucket/k", "PUT /bucket/k?tagging="])
        }
    }

    /// Ceph has an empty answer for an object whose upload was to have tags.
    @Test func anEmptyAnswerTellsOfNoTags() async throws {
        try await ScriptedStore.use(provider: .ceph) { _, _ in
            .answer(200)
        } _: { store in
            let entry = Entry(key: ObjectKey("k"), size: 1)
            let found = try await store.backend.attributes(of: entry, .tags)
            #expect(found.tags.isEmpty)
        }
    }

    /// A digest that was asked for goes beside the one that the store is known to verify.
    @Test func anotherDigestIsNotTheOnlyOne() async throws {
        for (provider, hasMD5) in [(Provider.ceph, true), (.seaweedFS, false)] {
            try await ScriptedStore.use(provider: provider, configure: { $0.checksumAlgorithm = "crc32" }) {
                request, _ in
                Self.answer(request)
            } _: { store in
                _ = try await store.backend.write(PartBuffer([1]), to: ObjectKey("k"), WriteOptions())
                let upload = try await store.backend.beginUpload(
                    to: ObjectKey("k"), size: 1, partSize: 1, WriteOptions())
                _ = try await upload.upload(1, at: 0, PartBuffer([1]))
                for request in store.server.requests where request.method == "PUT" {
                    #expect(request.headers["x-amz-checksum-crc32"] != nil)
                    #expect((request.headers["content-md5"] != nil) == hasMD5)
                }
            }
        }
    }
}
