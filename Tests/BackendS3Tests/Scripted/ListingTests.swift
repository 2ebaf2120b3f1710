// Part of godwit. SPDX-License-Identifier: Apache-2.0

import HTTPTransport
import StorageModel
import Testing

@testable import BackendS3

@Suite struct ListingTests {
    private static func page(_ keys: [String], token: String? = nil, marker: String? = nil, prefixes: [String] = [])
        -> String
    {
        var text = "<ListBucketResult><IsTruncated>\(token != nil || marker != nil)</IsTruncated>"
        if let token { text += "<NextContinuationToken>\(token)</NextContinuationToken>" }
        if let marker, !marker.isEmpty { text += "<NextMarker>\(marker)</NextMarker>" }
        for key in keys { text += "<Contents><Key>\(key)</Key><Size>1</Size><ETag>\"e\"</ETag></Contents>" }
        for prefix in prefixes { text += "<CommonPrefixes><Prefix>\(prefix)</Prefix></CommonPrefixes>" }
        return text + "</ListBucketResult>"
    }

    private static func all(_ listing: any Listing) async throws -> [Entry] {
        var entries: [Entry] = []
        while let page = try await listing.next() { entries += page.entries }
        return entries
    }

    @Test func followsTokens() async throws {
        try await ScriptedStore.use { request, index in
            index == 0 ? .answer(200, [:], Self.page(["a", "b"], token: "t+1/=")) : .answer(200, [:], Self.page(["c"]))
        } _: { store in
            let after = ObjectKey("A b")
            let entries = try await Self.all(store.backend.list(ListRequest(after: after, order: .keyBytes)))
            #expect(entries.map(\.key.description) == ["a", "b", "c"])
            #expect(
                store.server.requests.map(\.target) == [
                    "/bucket?encoding-type=url&list-type=2&max-keys=1000&start-after=A%20b",
                    "/bucket?continuation-token=t%2B1%2F%3D&encoding-type=url&list-type=2&max-keys=1000",
                ])
            #expect(store.ledger[.list] == 2)
        }
    }

    @Test func followsMarkersAndTheLastKeyWithoutOne() async throws {
        try await ScriptedStore.use(configure: {
            $0.provider.listVersion = 1; $0.provider.listsURLEncoded = false
        }) { _, index in
            switch index {
            case 0: .answer(200, [:], Self.page(["a", "b"], marker: ""))
            case 1: .answer(200, [:], Self.page(["c"], marker: "c"))
            case 2: .answer(200, [:], Self.page([], marker: "d"))
            default: .answer(200, [:], Self.page(["e"]))
            }
        } _: { store in
            let entries = try await Self.all(store.backend.list(ListRequest(order: .keyBytes)))
            #expect(entries.map(\.key.description) == ["a", "b", "c", "e"])
            #expect(
                store.server.requests.map(\.target)
                    == ["", "marker=b&", "marker=c&", "marker=d&"].map {
                        "/bucket?\($0)max-keys=1000"
                    })
        }
    }

    @Test func dropsWhatComesBeforeItsBeginning() async throws {
        try await ScriptedStore.use(provider: .seaweedFS) { _, index in
            index == 0
                ? .answer(200, [:], Self.page(["foo", "foo/x"], token: "t")) : .answer(200, [:], Self.page(["fp"]))
        } _: { store in
            let request = ListRequest(after: ObjectKey("foo"), order: .pathComponents)
            let entries = try await Self.all(store.backend.list(request))
            #expect(entries.map(\.key.description) == ["foo/x", "fp"])
            #expect(store.server.requests[0].target.hasSuffix("start-after=fon%F4%8F%BF%BF"))
        }
    }

    @Test func mergesCommonPrefixesIntoTheOrder() async throws {
        try await ScriptedStore.use { _, _ in
            .answer(200, [:], Self.page(["p/a", "p/foo-bar", "p/z"], prefixes: ["p/foo/", "p/y/"]))
        } _: { store in
            let request = ListRequest(prefix: ObjectKey("p/"), delimiter: UInt8(ascii: "/"), order: .keyBytes)
            let entries = try await Self.all(store.backend.list(request))
            #expect(entries.map(\.key.description) == ["p/a", "p/foo-bar", "p/foo/", "p/y/", "p/z"])
            #expect(entries.map(\.kind) == [.object, .object, .directory, .directory, .object])
        }
    }

    /// What would make a listing endless, or lose keys.
    @Test(arguments: [0, 1, 2, 3, 4, 5]) func refusesAListingThatDoesNotAdvance(kind: Int) async throws {
        try await ScriptedStore.use { _, index in
            let page =
                switch kind {
                case 0: Self.page(["p/a"], token: "same")
                case 1: Self.page(["p/a"], token: "t\(index)")
                case 2: Self.page(["outside"], token: "t\(index)")
                case 3: Self.page(["p/\(9 - index)"], token: "t\(index)")
                case 4: Self.page(["p/\(index)"], token: "")
                default: Self.page([], marker: "x")
                }
            return .answer(200, [:], page)
        } _: { store in
            let listing = store.backend.list(ListRequest(prefix: ObjectKey("p/"), order: .keyBytes))
            let error = await ScriptedStore.failure { _ = try await Self.all(listing) }
            #expect(error?.kind == (kind < 4 ? .listingOutOfOrder : .unexpected))
            #expect(store.server.requests.count <= 2)
        }
    }

    @Test(arguments: ["<html>", "<ListBucketResult><IsTruncated>false</IsTruncated>", "{}"])
    func retriesAMalformedListing(body: String) async throws {
        try await ScriptedStore.use { _, _ in
            .answer(200, [:], body)
        } _: { store in
            let listing = store.backend.list(ListRequest(order: .keyBytes))
            let error = await ScriptedStore.failure { _ = try await listing.next() }
            #expect(error?.kind == .unexpected)
            #expect(error?.isTransient == true)
        }
    }

    @Test func anErrorWithStatus200CountsAsItsCode() async throws {
        try await ScriptedStore.use { _, _ in
            .answer(200, ["Retry-After": "3"], "<Error><Code>SlowDown</Code><Message>m</Message></Error>")
        } _: { store in
            let listing = store.backend.list(ListRequest(order: .keyBytes))
            let error = await ScriptedStore.failure { _ = try await listing.next() }
            #expect(error?.kind == .rateLimited)
            #expect(error?.disposition == .transient(retryAfter: .seconds(3)))
        }
    }

    @Test func aMissingBucketIsNoEmptyListing() async throws {
        try await ScriptedStore.use { _, _ in
            .answer(404, [:], "<Error><Code>NoSuchBucket</Code><Message>m</Message></Error>")
        } _: { store in
            let listing = store.backend.list(ListRequest(order: .keyBytes))
            let error = await ScriptedStore.failure { _ = try await listing.next() }
            #expect(error?.kind == .containerNotFound)
            #expect(error?.isTransient == false)
        }
    }

    @Test func aListingCutOffIsNoWholeListing() async throws {
        try await ScriptedStore.use { _, _ in
            .cutOff(length: 5000, Self.page(["a"]))
        } _: { store in
            let listing = store.backend.list(ListRequest(order: .keyBytes))
            let error = await ScriptedStore.failure { _ = try await listing.next() }
            #expect(error?.kind == .connectionLost)
            #expect(error?.isTransient == true)
        }
    }

    @Test func refusesAnOrderThatItDoesNotGive() async throws {
        try await ScriptedStore.use { _, _ in
            .hangUp
        } _: { store in
            let listing = store.backend.list(ListRequest(order: .pathComponents))
            #expect(await ScriptedStore.failure { _ = try await listing.next() }?.kind == .unsupported)
            #expect(store.server.requests.isEmpty)
        }
    }

    @Test func listsUnfinishedUploadsOverPages() async throws {
        try await ScriptedStore.use { _, index in
            let upload =
                "<Upload><Key>k%2B\(index)</Key><UploadId>u\(index)</UploadId>"
                + "<Initiated>2026-01-02T03:04:05.000Z</Initiated></Upload>"
            let more =
                index == 0
                ? "<IsTruncated>true</IsTruncated><NextKeyMarker>k%2B0</NextKeyMarker>"
                    + "<NextUploadIdMarker>u0</NextUploadIdMarker>" : "<IsTruncated>false</IsTruncated>"
            return .answer(
                200, [:],
                "<ListMultipartUploadsResult><EncodingType>url</EncodingType>\(more)\(upload)</ListMultipartUploadsResult>"
            )
        } _: { store in
            let uploads = try await store.backend.unfinishedUploads(under: ObjectKey("k"))
            #expect(uploads.map(\.key.description) == ["k+0", "k+1"])
            #expect(uploads.map(\.token) == ["u0", "u1"])
            #expect(uploads[0].begun == ScriptedStore.clock)
            #expect(
                store.server.requests.last?.target
                    == "/bucket?encoding-type=url&key-marker=k%2B0&prefix=k&upload-id-marker=u0&uploads=")
        }
    }
}
