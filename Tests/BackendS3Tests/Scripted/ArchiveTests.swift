// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel
import Testing

@testable import BackendS3

/// How stores tell what is archived, and how it is asked for.
@Suite struct ArchiveTests {
    private static let key = ObjectKey("cold")

    @Test(arguments: [
        (["x-amz-storage-class": "GLACIER"], ArchiveState.archived),
        (["x-amz-storage-class": "DEEP_ARCHIVE"], .archived),
        (["x-amz-storage-class": "GLACIER_IR"], nil),
        (["x-amz-storage-class": "INTELLIGENT_TIERING"], nil),
        (["x-amz-storage-class": "INTELLIGENT_TIERING", "x-amz-archive-status": "ARCHIVE_ACCESS"], .archived),
        (
            [
                "x-amz-storage-class": "INTELLIGENT_TIERING", "x-amz-archive-status": "DEEP_ARCHIVE_ACCESS",
                "x-amz-restore": "ongoing-request=\"true\"",
            ], .restoring
        ),
        (["x-amz-storage-class": "GLACIER", "x-amz-restore": "ongoing-request=\"true\""], .restoring),
        (
            [
                "x-amz-storage-class": "GLACIER",
                "x-amz-restore": "ongoing-request=\"false\", expiry-date=\"Fri, 21 Dec 2012 00:00:00 GMT\"",
            ], .restored(until: Timestamp(seconds: 1_356_048_000))
        ),
        (["x-amz-storage-class": "GLACIER", "x-amz-restore": "ongoing-request=\"false\""], .restored(until: nil)),
        (["x-amz-storage-class": "GLACIER", "x-amz-restore": "nonsense"], .archived),
    ])
    func aLookTells(headers: [String: String], state: ArchiveState?) async throws {
        try await ScriptedStore.use { _, _ in
            .answer(200, headers.merging(["content-length": "5"]) { $1 }, "")
        } _: { store in
            let entry = try await store.backend.stat(Self.key, version: nil)
            #expect(entry.archive == state)
        }
    }

    /// On stores that only know the name of a class, it says nothing.
    @Test(arguments: [Provider.other, .seaweedFS, .ceph, .minio])
    func aClassMayBeANameOnly(provider: Provider) async throws {
        try await ScriptedStore.use(provider: provider) { _, _ in
            .answer(200, ["x-amz-storage-class": "GLACIER", "content-length": "5"], "")
        } _: { store in
            let entry = try await store.backend.stat(Self.key, version: nil)
            #expect(entry.archive == nil)
        }
    }

    @Test(arguments: [(202, ArchiveState.restoring), (200, .restored(until: nil))])
    func aRestoreIsAskedFor(status: Int, state: ArchiveState) async throws {
        try await ScriptedStore.use { _, _ in
            .answer(status, [:], "")
        } _: { store in
            let entry = Entry(key: Self.key, size: 5, version: "v1", storageClass: "GLACIER")
            let found = try await store.backend.restore(entry, RestoreRequest(days: 7, tier: .bulk))
            #expect(found == state)
            let request = try #require(store.server.requests.first)
            #expect(request.method == "POST" && request.target == "/bucket/cold?restore=&versionId=v1")
            #expect(request.headers["content-md5"] != nil && store.ledger[.post] == 1)
            let body = String(decoding: request.body, as: UTF8.self)
            #expect(body.contains("<Days>7</Days><GlacierJobParameters><Tier>Bulk</Tier></GlacierJobParameters>"))
        }
    }

    /// A number of days would be refused.
    @Test func whatArchivesItselfComesBackForGood() async throws {
        try await ScriptedStore.use { _, _ in
            .answer(202, [:], "")
        } _: { store in
            let entry = Entry(key: Self.key, size: 5, storageClass: "INTELLIGENT_TIERING")
            _ = try await store.backend.restore(entry, RestoreRequest(days: 7))
            let body = String(decoding: try #require(store.server.requests.first).body, as: UTF8.self)
            #expect(!body.contains("Days") && body.contains("<Tier>Standard</Tier>"))
        }
    }

    @Test(arguments: [
        ("RestoreAlreadyInProgress", 409, ArchiveState.restoring), ("InvalidObjectState", 403, nil),
    ])
    func someRefusalsAreAnswers(code: String, status: Int, state: ArchiveState?) async throws {
        try await ScriptedStore.use { _, _ in
            .answer(status, [:], "<Error><Code>\(code)</Code><Message>m</Message></Error>")
        } _: { store in
            let found = try await store.backend.restore(Entry(key: Self.key, size: 5), RestoreRequest(days: 1))
            #expect(found == state)
        }
    }

    @Test func othersAreErrors() async throws {
        try await ScriptedStore.use { _, _ in
            .answer(503, [:], "<Error><Code>GlacierExpeditedRetrievalNotAvailable</Code></Error>")
        } _: { store in
            let error = await ScriptedStore.failure {
                _ = try await store.backend.restore(
                    Entry(key: Self.key, size: 5), RestoreRequest(days: 1, tier: .expedited))
            }
            #expect(error?.isTransient == true && error?.kind == .unexpected && error?.operation == .restore)
            #expect(error?.advice?.contains("--tier standard") == true)
        }
    }

    private static let page = """
        <ListBucketResult><IsTruncated>false</IsTruncated>
        <Contents><Key>a</Key><Size>1</Size><StorageClass>GLACIER</StorageClass></Contents>
        <Contents><Key>b</Key><Size>1</Size><StorageClass>GLACIER</StorageClass>
          <RestoreStatus><IsRestoreInProgress>true</IsRestoreInProgress></RestoreStatus></Contents>
        <Contents><Key>c</Key><Size>1</Size><StorageClass>DEEP_ARCHIVE</StorageClass>
          <RestoreStatus><IsRestoreInProgress>false</IsRestoreInProgress>
            <RestoreExpiryDate>2026-01-01T00:00:00Z</RestoreExpiryDate></RestoreStatus></Contents>
        <Contents><Key>d</Key><Size>1</Size><StorageClass>GLACIER_IR</StorageClass></Contents>
        <Contents><Key>e</Key><Size>1</Size></Contents>
        </ListBucketResult>
        """

    /// Only AWS is known to say of every object what is restored; elsewhere what it leaves out means nothing.
    @Test func aListingTellsWhatTheStoreSays() async throws {
        try await ScriptedStore.use { _, _ in
            .answer(200, [:], Self.page)
        } _: { store in
            let page = try await store.backend.list(ListRequest(order: .keyBytes)).next()
            #expect(page?.entries.map(\.archive) == [nil, .restoring, .restored(until: nil), nil, nil])
            #expect(store.server.requests.first?.headers["x-amz-optional-object-attributes"] == nil)
        }
        var settings = S3Settings(provider: .aws)
        #expect(S3Policy(settings, usesTLS: true).listsRestores)
        settings.endpoint = "https://s3.example.org"
        #expect(!S3Policy(settings, usesTLS: true).listsRestores)
        #expect(!S3Policy(S3Settings(provider: .scaleway), usesTLS: true).listsRestores)
    }
}
