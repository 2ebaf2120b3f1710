// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel
import Testing

@testable import BackendS3

/// Listings of versions, over pages, as stores send them and as they should not.
@Suite struct VersionListingTests {
    private static func row(_ key: String, _ id: String, at second: Int, isLatest: Bool, deleted: Bool = false)
        -> String
    {
        let name = deleted ? "DeleteMarker" : "Version"
        return "<\(name)><Key>\(key)</Key><VersionId>\(id)</VersionId><IsLatest>\(isLatest)</IsLatest>"
            + "<LastModified>2026-01-01T00:00:0\(second).000Z</LastModified>"
            + (deleted ? "" : "<ETag>\"\(id)\"</ETag><Size>3</Size><StorageClass>STANDARD</StorageClass>")
            + "</\(name)>"
    }

    private static func page(_ rows: [String], next: (String, String)? = nil) -> ScriptedServer.Reply {
        let end = next.map {
            "<IsTruncated>true</IsTruncated><NextKeyMarker>\($0.0)</NextKeyMarker><NextVersionIdMarker>\($0.1)</NextVersionIdMarker>"
        }
        return .answer(
            200, [:],
            "<ListVersionsResult><EncodingType>url</EncodingType>" + rows.joined()
                + (end ?? "<IsTruncated>false</IsTruncated>") + "</ListVersionsResult>")
    }

    /// `a` was written at 1, 3 and deleted at 5; `b+c` written at 2; `d` deleted at 1, written at 4. The versions of `a` come
    /// on two pages.
    private static func script(_ request: ScriptedServer.Request) -> ScriptedServer.Reply {
        if request.target.contains("key-marker=a&") || request.target.hasSuffix("key-marker=a") {
            return page([
                row("a", "a1", at: 1, isLatest: false), row("b%2Bc", "b2", at: 2, isLatest: true),
                row("d", "d4", at: 4, isLatest: true), row("d", "d1", at: 1, isLatest: false, deleted: true),
            ])
        }
        return page(
            [row("a", "a5", at: 5, isLatest: true, deleted: true), row("a", "a3", at: 3, isLatest: false)],
            next: ("a", "a3"))
    }

    private func listed(_ store: ScriptedStore, _ versions: ListRequest.Versions) async throws -> [String] {
        var request = ListRequest(order: .keyBytes)
        request.versions = versions
        let listing = store.backend.list(request)
        var found: [String] = []
        while let page = try await listing.next() {
            found += page.entries.map { "\($0.key) \($0.version ?? "")\($0.kind == .deleteMarker ? " deleted" : "")" }
        }
        return found
    }

    @Test func allComeInOrder() async throws {
        try await ScriptedStore.use { request, _ in
            Self.script(request)
        } _: { store in
            let found = try await listed(store, .all)
            #expect(found == ["a a5 deleted", "a a3", "a a1", "b+c b2", "d d4", "d d1 deleted"])
            #expect(store.server.requests[1].target.contains("version-id-marker=a3"))
        }
    }

    @Test(arguments: [
        (0, []), (1, ["a a1"]), (2, ["a a1", "b+c b2"]), (3, ["a a3", "b+c b2"]), (4, ["a a3", "b+c b2", "d d4"]),
        (5, ["b+c b2", "d d4"]),
    ]) func theVersionsOfAMoment(second: Int, expected: [String]) async throws {
        try await ScriptedStore.use { request, _ in
            Self.script(request)
        } _: { store in
            let found = try await listed(store, .at(Timestamp(seconds: 1_767_225_600 + Int64(second))))
            #expect(found == expected)
        }
    }

    /// A bucket as it was: one object is read in the version of the time, and none is written.
    @Test func aBucketAsItWas() async throws {
        try await ScriptedStore.use(configure: { $0.versionAt = Timestamp(seconds: 1_767_225_603) }) { request, _ in
            if request.target.contains("prefix=d") {
                return Self.page([Self.row("d", "d4", at: 4, isLatest: true)])
            }
            if request.target.contains("key-marker=a") {
                return Self.page([Self.row("a", "a1", at: 1, isLatest: false)])
            }
            if request.target.contains("&versions=") { return Self.script(request) }
            return .answer(200, ["ETag": "\"x\"", "Content-Length": "3"])
        } _: { store in
            let entry = try await store.backend.stat(ObjectKey("a"), version: nil)
            #expect(entry.version == "a3" && store.server.requests.last?.target.contains("versionId=a3") == true)
            let missing = await ScriptedStore.failure { _ = try await store.backend.stat(ObjectKey("d"), version: nil) }
            #expect(missing?.kind == .notFound)
            let write = await ScriptedStore.failure {
                _ = try await store.backend.write(PartBuffer([1]), to: ObjectKey("a"), WriteOptions())
            }
            #expect(write?.kind == .unsupported)
            #expect(!store.backend.capabilities.listsFromAnyKey)
        }
    }

    /// The version of one key is found without a look at the many that begin with it.
    /// Where delete markers come behind everything else, times tell where they belong; elsewhere the order of the store
    /// counts, whatever the times: that of an upload in parts is when it began.
    @Test func markersThatAreListedApart() async throws {
        let apart = [
            Self.row("a", "a5", at: 5, isLatest: true), Self.row("a", "a1", at: 1, isLatest: false),
            Self.row("a", "a3", at: 3, isLatest: false, deleted: true),
        ]
        let latest = [
            Self.row("a", "a1", at: 1, isLatest: false), Self.row("a", "a0", at: 1, isLatest: false),
            Self.row("a", "a2", at: 1, isLatest: true, deleted: true),
        ]
        let two = apart.dropLast() + [Self.row("b", "b1", at: 1, isLatest: true)] + apart.suffix(1)
        for (rows, provider, order) in [
            (apart, Provider.other, ["a a5", "a a3 deleted", "a a1"]), (apart, .aws, ["a a5", "a a1", "a a3 deleted"]),
            (latest, .aws, ["a a2 deleted", "a a1", "a a0"]),
            (Array(two), .aws, ["a a5", "a a3 deleted", "a a1", "b b1"]),
        ] {
            try await ScriptedStore.use(provider: provider) { _, _ in
                Self.page(rows)
            } _: { store in
                let found = try await listed(store, .all)
                #expect(found == order)
            }
        }
    }

    @Test func oneKeyIsNotLookedForAmongOthers() async throws {
        try await ScriptedStore.use(configure: { $0.versionAt = Timestamp(seconds: 1_767_225_601) }) { request, _ in
            Self.page(
                [Self.row("a", "a5", at: 5, isLatest: true), Self.row("ab", "b5", at: 5, isLatest: true)],
                next: ("ab", "b5"))
        } _: { store in
            let error = await ScriptedStore.failure { _ = try await store.backend.stat(ObjectKey("a"), version: nil) }
            #expect(error?.kind == .notFound && store.server.requests.count == 1)
        }
    }

    /// Whoever reads one version and then deletes or writes does not reach the current one.
    @Test func oneVersionIsReadAndNothingChanged() async throws {
        try await ScriptedStore.use(configure: { $0.versionID = "v1" }) { _, _ in
            .answer(200, ["ETag": "\"x\"", "Content-Length": "3"])
        } _: { store in
            let entry = try await store.backend.stat(ObjectKey("a"), version: nil)
            #expect(entry.version == "v1" && store.backend.capabilities.isReadOnly)
            let outcome = try await store.backend.delete([Deletion(key: ObjectKey("a"))])
            #expect(outcome[0].error?.kind == .unsupported)
            let write = await ScriptedStore.failure {
                try await store.backend.setModified(.init(seconds: 1), of: entry)
            }
            #expect(write?.kind == .unsupported)
            #expect(store.server.requests.allSatisfy { $0.method == "HEAD" })
        }
    }

    /// What some stores send behind everything else comes to its place; what is out of place on a later page does not.
    @Test func pagesAreSortedAndMayNotGoBack() async throws {
        try await ScriptedStore.use { request, _ in
            if request.target.contains("key-marker=b") {
                return Self.page([Self.row("a", "a0", at: 1, isLatest: false)])
            }
            return Self.page(
                [
                    Self.row("a", "a1", at: 1, isLatest: false), Self.row("b", "b1", at: 1, isLatest: true),
                    Self.row("a", "a2", at: 1, isLatest: true, deleted: true),
                ], next: request.target.contains("prefix=b") ? nil : ("b", "b1"))
        } _: { store in
            let error = await ScriptedStore.failure { _ = try await listed(store, .all) }
            #expect(error?.kind == .listingOutOfOrder)
            var request = ListRequest(prefix: ObjectKey("b"), order: .keyBytes)
            request.versions = .all
            let outside = await ScriptedStore.failure { _ = try await store.backend.list(request).next() }
            #expect(outside?.kind == .listingOutOfOrder)
        }
    }

    @Test(arguments: [
        "<ListVersionsResult><Version><Key>a</Key><Size>1</Size></Version></ListVersionsResult>",
        "<ListVersionsResult><Version><Key>a</Key><VersionId>1</VersionId><Size>x</Size></Version></ListVersionsResult>",
        "<ListVersionsResult><IsTruncated>true</IsTruncated></ListVersionsResult>",
        "<ListVersionsResult><EncodingType>url</EncodingType><Version><Key>%zz</Key><VersionId>1</VersionId><Size>1</Size></Version></ListVersionsResult>",
        "<ListBucketResult/>", "<ListVersionsResult>",
    ]) func whatIsNoListingIsRefused(body: String) async throws {
        try await ScriptedStore.use { _, _ in
            .answer(200, [:], body)
        } _: { store in
            let error = await ScriptedStore.failure { _ = try await listed(store, .all) }
            #expect(error?.kind == .unexpected)
        }
    }
}
