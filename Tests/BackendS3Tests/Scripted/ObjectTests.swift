// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Digests
import HTTPTransport
import StorageModel
import Testing

@testable import BackendS3

@Suite struct ObjectTests {
    private static let md5Provider: Provider = {
        var provider = Provider.aws
        provider.uploadChecksum = .md5
        return provider
    }()
    private static let hello = Array("hello world".utf8)
    private static let helloTag = "5eb63bbbe01eeed093cb22bb8f5acdc3"

    // MARK: Writing

    @Test func sendsDigestMetadataAndTime() async throws {
        try await ScriptedStore.use(
            provider: Self.md5Provider,
            configure: {
                $0.acl = "private"; $0.requesterPays = true; $0.storageClass = "STANDARD_IA"
            }
        ) { _, _ in
            .answer(200, ["ETag": "\"\(Self.helloTag)\"", "x-amz-version-id": "v7"])
        } _: { store in
            var metadata = ObjectMetadata(contentType: "text/x", user: [.init(name: "colour", value: "blé")])
            metadata.cacheControl = "no-cache"
            let modified = Timestamp(seconds: 1_700_000_000, nanoseconds: 120_000_000)
            let entry = try await store.backend.write(
                PartBuffer(Self.hello), to: ObjectKey("a b/é+"),
                WriteOptions(metadata: metadata, modified: modified, precondition: .absent))
            let request = try #require(store.server.requests.first)
            #expect(request.target == "/bucket/a%20b/%C3%A9%2B")
            #expect(request.body == Self.hello)
            #expect(request.headers["content-md5"] == "XrY7u+Ae7tCTyyK7j1rNww==")
            #expect(request.headers["content-type"] == "text/x")
            #expect(request.headers["cache-control"] == "no-cache")
            #expect(request.headers["x-amz-meta-colour"] == "blé")
            #expect(request.headers["x-amz-meta-mtime"] == "1700000000.12")
            #expect(request.headers["x-amz-acl"] == "private")
            #expect(request.headers["x-amz-request-payer"] == "requester")
            #expect(request.headers["x-amz-storage-class"] == "STANDARD_IA")
            #expect(request.headers["if-none-match"] == "*")
            // Over plain http the payload is signed.
            #expect(request.headers["x-amz-content-sha256"]?.count == 64)
            #expect(entry.size == 11)
            #expect(entry.tag?.text == Self.helloTag)
            #expect(entry.version == "v7")
            #expect(entry.digest == Digest.checksum(of: Self.hello, .md5))
        }
    }

    @Test func guessesTheContentType() async throws {
        try await ScriptedStore.use { _, _ in
            .answer(200, ["ETag": "\"x\""])
        } _: { store in
            _ = try await store.backend.write(PartBuffer([]), to: ObjectKey("a/page.html"), WriteOptions())
            #expect(store.server.requests[0].headers["content-type"]?.hasPrefix("text/html") == true)
            #expect(store.server.requests[0].headers["x-amz-checksum-crc64nvme"] != nil)
        }
    }

    @Test func noticesThatTheStoreHoldsOtherBytes() async throws {
        try await ScriptedStore.use(provider: Self.md5Provider) { request, index in
            .answer(
                200,
                ["ETag": "\"00000000000000000000000000000000\""].merging(
                    index == 1 ? ["x-amz-server-side-encryption": "aws:kms"] : [:]
                ) { $1 })
        } _: { store in
            let error = await ScriptedStore.failure {
                _ = try await store.backend.write(PartBuffer(Self.hello), to: ObjectKey("k"), WriteOptions())
            }
            #expect(error?.kind == .corrupted)
            #expect(error?.isTransient == true)
            // Under KMS the tag says nothing.
            let entry = try await store.backend.write(PartBuffer(Self.hello), to: ObjectKey("k"), WriteOptions())
            #expect(!entry.tagMayBeDigest)
        }
    }

    @Test func checksWhatWasExpectedBeforeSending() async throws {
        try await ScriptedStore.use { _, _ in
            .answer(200)
        } _: { store in
            for wrong in [
                Checksum(.md5, [UInt8](repeating: 1, count: 16)), Checksum(.crc64nvme, [UInt8](repeating: 1, count: 8)),
            ] {
                let error = await ScriptedStore.failure {
                    _ = try await store.backend.write(
                        PartBuffer(Self.hello), to: ObjectKey("k"), WriteOptions(expected: wrong))
                }
                #expect(error?.kind == .corrupted)
                #expect(error?.isTransient == false)
            }
            #expect(store.server.requests.isEmpty)
            _ = try await store.backend.write(
                PartBuffer(Self.hello), to: ObjectKey("k"),
                WriteOptions(expected: Digest.composite([Digest.of(Self.hello, .md5)])))
            #expect(store.server.requests.count == 1)
        }
    }

    @Test func refusesHeadersThatWouldBreakOut() async throws {
        try await ScriptedStore.use { _, _ in
            .answer(200)
        } _: { store in
            for field in [
                ObjectMetadata.UserField(name: "a", value: "x\r\nx-evil: 1"), .init(name: "a b", value: "x"),
                .init(name: "", value: "x"),
            ] {
                let error = await ScriptedStore.failure {
                    _ = try await store.backend.write(
                        PartBuffer([]), to: ObjectKey("k"), WriteOptions(metadata: ObjectMetadata(user: [field])))
                }
                #expect(error?.kind == .invalidConfiguration)
            }
            #expect(store.server.requests.isEmpty)
        }
    }

    @Test func refusesKeysThatNoBucketTakes() async throws {
        try await ScriptedStore.use { _, _ in
            .answer(200)
        } _: { store in
            let keys = [
                ObjectKey(""), ObjectKey(SharedBytes([0xff])), ObjectKey(String(repeating: "k", count: 1025)),
                ObjectKey("../other/k"), ObjectKey("a/../../k"),
            ]
            for key in keys {
                let errors = [
                    await ScriptedStore.failure { _ = try await store.backend.stat(key, version: nil) },
                    await ScriptedStore.failure {
                        _ = try await store.backend.write(PartBuffer([]), to: key, WriteOptions())
                    },
                    try await store.backend.delete([Deletion(key: key)])[0].error,
                ]
                #expect(errors.allSatisfy { $0?.kind == .invalidKey })
            }
            #expect(store.server.requests.isEmpty)
            try store.backend.connection.validate(ObjectKey("a/../b//./..."), during: .stat)
        }
    }

    @Test func refusesAConditionThatTheStoreIgnores() async throws {
        try await ScriptedStore.use(provider: .ceph) { _, _ in
            .answer(200)
        } _: { store in
            let error = await ScriptedStore.failure {
                _ = try await store.backend.write(
                    PartBuffer([]), to: ObjectKey("k"), WriteOptions(precondition: .matches(VersionTag("x"))))
            }
            #expect(error?.kind == .unsupported)
            #expect(store.server.requests.isEmpty)
        }
    }

    @Test func doesNotKnowWhatBecameOfALostConditionalWrite() async throws {
        try await ScriptedStore.use { _, _ in
            .hangUp
        } _: { store in
            let plain = await ScriptedStore.failure {
                _ = try await store.backend.write(PartBuffer([1]), to: ObjectKey("k"), WriteOptions())
            }
            #expect(plain?.kind == .connectionLost)
            #expect(plain?.isTransient == true)
            let conditional = await ScriptedStore.failure {
                _ = try await store.backend.write(
                    PartBuffer([1]), to: ObjectKey("k"), WriteOptions(precondition: .absent))
            }
            #expect(conditional?.kind == .outcomeUnknown)
        }
    }

    @Test func matchingAnObjectThatIsGoneFails() async throws {
        try await ScriptedStore.use { _, _ in
            .answer(404, [:], "<Error><Code>NoSuchKey</Code><Message>m</Message></Error>")
        } _: { store in
            let error = await ScriptedStore.failure {
                _ = try await store.backend.write(
                    PartBuffer([]), to: ObjectKey("k"), WriteOptions(precondition: .matches(VersionTag("x"))))
            }
            #expect(error?.kind == .preconditionFailed)
        }
    }

    // MARK: Reading

    @Test func readsARangePinnedToItsTag() async throws {
        try await ScriptedStore.use { _, _ in
            .answer(206, ["ETag": "\"t\"", "Content-Range": "bytes 2-5/100"], "cdef")
        } _: { store in
            let buffer = PartBuffer(capacity: 10)
            let entry = try await store.backend.read(
                ObjectKey("k"), ReadOptions(range: 2..<6, ifMatch: VersionTag("t"), version: "v1"), into: buffer)
            #expect(buffer.array == Array("cdef".utf8))
            #expect(entry.size == 100)
            let request = store.server.requests[0]
            #expect(request.headers["range"] == "bytes=2-5")
            #expect(request.headers["if-match"] == "\"t\"")
            #expect(request.target == "/bucket/k?versionId=v1")
        }
    }

    @Test func asksForDigestsOnlyWhereTheyAreWanted() async throws {
        try await ScriptedStore.use { _, _ in
            .answer(200, ["ETag": "\"t\""], "abc")
        } _: { store in
            for wants in [true, false] {
                let buffer = PartBuffer(capacity: 10)
                _ = try await store.backend.read(ObjectKey("k"), ReadOptions(wantsChecksums: wants), into: buffer)
                let asked = store.server.requests.last?.headers["x-amz-checksum-mode"]
                #expect(asked == (wants ? "ENABLED" : nil))
            }
        }
    }

    @Test func takesNoOtherRangeAndNoOtherVersion() async throws {
        try await ScriptedStore.use { request, _ in
            switch request.target {
            case "/bucket/ignored": .answer(200, ["ETag": "\"t\""], "abcdefgh")
            case "/bucket/shifted": .answer(206, ["ETag": "\"t\"", "Content-Range": "bytes 0-3/100"], "abcd")
            default: .answer(206, ["ETag": "\"other\"", "Content-Range": "bytes 2-5/100"], "cdef")
            }
        } _: { store in
            for (key, kind) in [
                ("ignored", StorageError.Kind.unsupported), ("shifted", .unexpected), ("changed", .preconditionFailed),
            ] {
                let buffer = PartBuffer(capacity: 20)
                let error = await ScriptedStore.failure {
                    _ = try await store.backend.read(
                        ObjectKey(key), ReadOptions(range: 2..<6, ifMatch: VersionTag("t")), into: buffer)
                }
                #expect(error?.kind == kind)
                #expect(buffer.count == 0)
                _ = [UInt8](arrayLiteral: 1, 2).withUnsafeBytes { buffer.append($0) }
                let later = await ScriptedStore.failure {
                    _ = try await store.backend.read(
                        ObjectKey(key), ReadOptions(range: 2..<6, ifMatch: VersionTag("t")), into: buffer)
                }
                #expect(later?.isTransient == false)
            }
        }
    }

    @Test func tellsHowFarABrokenReadCame() async throws {
        try await ScriptedStore.use { _, _ in
            .cutOff(length: 10, "abcd")
        } _: { store in
            let buffer = PartBuffer(capacity: 10)
            let error = await ScriptedStore.failure {
                _ = try await store.backend.read(ObjectKey("k"), ReadOptions(), into: buffer)
            }
            #expect(error?.kind == .connectionLost)
            #expect(error?.isTransient == true)
            #expect(buffer.array == Array("abcd".utf8))
        }
    }

    @Test func anObjectThatOutgrewItsBufferHasChanged() async throws {
        try await ScriptedStore.use { _, _ in
            .answer(200, [:], "abcdefgh")
        } _: { store in
            let error = await ScriptedStore.failure {
                _ = try await store.backend.read(ObjectKey("k"), ReadOptions(), into: PartBuffer(capacity: 4))
            }
            #expect(error?.kind == .preconditionFailed)
        }
    }

    @Test func anEmptyRangeIsAskedWithoutBytes() async throws {
        try await ScriptedStore.use { _, _ in
            .answer(200, ["Content-Length": "5", "ETag": "\"t\""])
        } _: { store in
            let entry = try await store.backend.read(
                ObjectKey("k"), ReadOptions(range: 0..<0), into: PartBuffer(capacity: 0))
            #expect(entry.size == 5)
            #expect(store.server.requests[0].method == "HEAD")
        }
    }

    // MARK: Nobody there

    @Test func saysThatNobodyListens() async throws {
        var settings = S3Settings(provider: .other)
        settings.endpoint = "http://127.0.0.1:1"
        let error = try await failure(settings)
        #expect(error?.kind == .connectionLost)
        #expect(error?.isTransient == true)
        #expect(error?.advice?.contains("127.0.0.1:1") == true)
    }

    @Test func saysWhatIsWrongWithTheSettings() async throws {
        var settings = S3Settings(provider: .other)
        #expect(try await failure(settings)?.message.contains("no endpoint") == true)
        settings.endpoint = "ftp://x"
        #expect(try await failure(settings)?.kind == .invalidConfiguration)
        settings.endpoint = "http://no-such-host.invalid"
        let unknown = try await failure(settings)
        #expect(unknown?.kind == .invalidConfiguration)
        #expect(unknown?.isTransient == false)
        settings.checksumAlgorithm = "crc99"
        settings.endpoint = "http://127.0.0.1:1"
        #expect(try await failure(settings)?.message.contains("crc99") == true)
        settings = S3Settings(provider: .aws)
        settings.region = "evil.example/"
        #expect(try await failure(settings)?.message.contains("not a region") == true)
        settings.region = "us-east-1"
        #expect(try await failure(settings, bucket: "a/../b")?.message.contains("not a bucket name") == true)
    }

    private func failure(_ settings: S3Settings, bucket: String = "bucket") async throws -> StorageError? {
        let client = HTTPClient(HTTPConfiguration())
        defer { client.shutdown() }
        let backend = S3Backend(
            bucket: bucket, settings: settings, credentials: AnonymousCredentials(), client: client,
            ledger: RequestLedger())
        return await ScriptedStore.failure { _ = try await backend.stat(ObjectKey("k"), version: nil) }
    }
}
