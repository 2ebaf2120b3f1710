// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Digests
import HTTPTransport
import StorageModel
import Synchronization
import Testing

@testable import BackendS3

/// Objects and parts that are sent in chunks, as a store sees them.
@Suite struct ChunkedUploadTests {
    private static let key = ObjectKey("a b")
    private static let sizes = [
        0, 1, ChunkedBody.chunkSize - 1, ChunkedBody.chunkSize, ChunkedBody.chunkSize + 1, 1_000_000,
    ]

    private static let gzip: ObjectMetadata = {
        var metadata = ObjectMetadata()
        metadata.contentEncoding = "gzip"
        return metadata
    }()

    private static func content(_ size: Int) -> [UInt8] { (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 7 >> 2) } }

    /// What a store answers that took the body's framing off and kept the content.
    private static func kept(_ request: ScriptedServer.Request) -> ScriptedServer.Reply {
        guard let content = ChunkedRequest(request)?.content else { return .answer(400) }
        return .answer(
            200,
            [
                "ETag": "\"\(Digest.checksum(of: content, .md5).hexadecimal)\"",
                "x-amz-checksum-crc64nvme": Base64.encode(Digest.of(content, .crc64nvme)),
            ])
    }

    private static func use(
        _ provider: Provider = .aws, credentials: any CredentialSource = ScriptedStore.fixed,
        endpoint: String? = nil, algorithm: String? = nil,
        _ handler: @escaping @Sendable (ScriptedServer.Request, Int) -> ScriptedServer.Reply = { request, _ in
            kept(request)
        },
        _ body: (ScriptedStore) async throws -> Void
    ) async throws {
        try await ScriptedStore.use(
            provider: provider, credentials: credentials,
            configure: {
                $0.payloadMode = .chunked
                $0.endpoint = endpoint ?? $0.endpoint
                $0.checksumAlgorithm = algorithm
            }, handler, body)
    }

    @Test(arguments: sizes) func everyChunkAndTheTrailerAreSigned(size: Int) async throws {
        try await Self.use { store in
            let content = Self.content(size)
            let metadata = ObjectMetadata(contentType: "text/x", user: [.init(name: "a", value: "1")])
            let entry = try await store.backend.write(
                PartBuffer(content), to: Self.key, WriteOptions(metadata: metadata))
            let crc = Digest.checksum(of: content, .crc64nvme)
            #expect(entry.checksums == [crc] && entry.size == Int64(size))
            let request = try #require(store.server.requests.first), headers = request.headers
            #expect(headers["content-encoding"] == "aws-chunked")
            #expect(headers["x-amz-decoded-content-length"] == String(size))
            #expect(headers["x-amz-trailer"] == "x-amz-checksum-crc64nvme")
            #expect(headers["x-amz-content-sha256"] == "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER")
            #expect(headers["x-amz-checksum-crc64nvme"] == nil && headers["transfer-encoding"] == nil)
            let chunked = try #require(ChunkedRequest(request))
            #expect(chunked.content == content)
            #expect(chunked.chunks.dropLast(2).allSatisfy { $0.count == ChunkedBody.chunkSize })
            #expect(chunked.trailer == ["x-amz-checksum-crc64nvme:\(Base64.encode(crc.bytes))"])
            #expect(chunked.isSigned(by: "testsecret") && !chunked.isSigned(by: "other"))
        }
    }

    @Test func partsGoInChunksToo() async throws {
        try await Self.use { request, _ in
            request.method == "POST"
                ? .answer(
                    200, [:],
                    "<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>")
                : Self.kept(request)
        } _: { store in
            let session = try await store.backend.beginUpload(
                to: Self.key, size: 100_000, partSize: 5 << 20, WriteOptions(metadata: Self.gzip))
            let part = PartBuffer(Self.content(100_000))
            let receipt = try await session.upload(1, at: 0, part)
            #expect(receipt.checksums == [Digest.checksum(of: part, .crc64nvme)] && part.bytesPassed == part.count)
            let requests = store.server.requests
            // What the object is encoded by was said when the upload began.
            #expect(requests.map { $0.headers["content-encoding"] } == ["gzip", "aws-chunked"])
            let chunked = try #require(ChunkedRequest(requests[1]))
            #expect(chunked.content == part.array && chunked.isSigned(by: "testsecret"))
        }
    }

    @Test func theContentsOwnEncodingComesFirst() async throws {
        try await Self.use { store in
            _ = try await store.backend.write(PartBuffer([1]), to: Self.key, WriteOptions(metadata: Self.gzip))
            #expect(store.server.requests[0].headers["content-encoding"] == "gzip,aws-chunked")
        }
        // Some stores would keep the framing's name with the object.
        try await Self.use(.seaweedFS, algorithm: "crc64nvme") { store in
            _ = try await store.backend.write(PartBuffer([1]), to: Self.key, WriteOptions(metadata: Self.gzip))
            _ = try await store.backend.write(PartBuffer([1]), to: Self.key, WriteOptions())
            #expect(store.server.requests.map { $0.headers["content-encoding"] } == ["gzip", nil])
            #expect(store.server.requests.allSatisfy { ChunkedRequest($0)?.isSigned(by: "testsecret") == true })
        }
    }

    /// No trailer carries an MD5, which goes before the body.
    @Test(arguments: sizes.dropFirst()) func anMD5GoesBeforeSignedChunks(size: Int) async throws {
        try await Self.use(.ceph) { store in
            let content = Self.content(size)
            let entry = try await store.backend.write(PartBuffer(content), to: Self.key, WriteOptions())
            #expect(entry.digest == Digest.checksum(of: content, .md5))
            let request = store.server.requests[0]
            #expect(request.headers["x-amz-content-sha256"] == "STREAMING-AWS4-HMAC-SHA256-PAYLOAD")
            #expect(request.headers["content-md5"] == Base64.encode(Digest.of(content, .md5)))
            #expect(request.headers["x-amz-trailer"] == nil)
            let chunked = try #require(ChunkedRequest(request))
            #expect(chunked.content == content && chunked.trailer.isEmpty && chunked.isSigned(by: "testsecret"))
        }
    }

    /// Where no trailer follows, the headers sign an empty body whole.
    @Test func anEmptyBodyBehindItsMD5IsNotFramed() async throws {
        try await Self.use(.ceph) { _, _ in
            .answer(200, ["ETag": "\"d41d8cd98f00b204e9800998ecf8427e\""])
        } _: { store in
            _ = try await store.backend.write(PartBuffer([]), to: Self.key, WriteOptions())
            let request = store.server.requests[0]
            #expect(request.body.isEmpty && request.headers["content-encoding"] == nil)
            #expect(request.headers["x-amz-content-sha256"] == PayloadHash.empty)
            #expect(request.headers["content-md5"] == "1B2M2Y8AsgTpgAmY7PhCfg==")
        }
    }

    @Test func whoIsAnonymousSignsNothing() async throws {
        try await Self.use(credentials: AnonymousCredentials()) { store in
            let content = Self.content(70_000)
            _ = try await store.backend.write(PartBuffer(content), to: Self.key, WriteOptions())
            let request = store.server.requests[0], chunked = try #require(ChunkedRequest(request))
            #expect(request.headers["authorization"] == nil)
            #expect(request.headers["x-amz-content-sha256"] == "STREAMING-UNSIGNED-PAYLOAD-TRAILER")
            #expect(chunked.content == content && chunked.signatures.isEmpty && chunked.trailerSignature == nil)
        }
        try await Self.use(.ceph, credentials: AnonymousCredentials()) { store in
            let error = await ScriptedStore.failure {
                _ = try await store.backend.write(PartBuffer([1]), to: Self.key, WriteOptions())
            }
            #expect(error?.kind == .invalidConfiguration && error?.advice?.contains("payload_mode") == true)
            #expect(store.server.requests.isEmpty)
        }
    }

    /// TLS guards the chunks, as it guards the headers.
    @Test func chunksAreNotSignedOverTLS() async throws {
        try await Self.use(endpoint: "https://s3.example") { store in
            let connection = store.backend.connection
            var call = S3Call(kind: .put, method: .put, operation: .write, permission: "", key: Self.key)
            for (trailer, payload) in [
                (ChecksumAlgorithm.crc64nvme, PayloadHash.unsignedChunksAndTrailer), (nil, PayloadHash.signedChunks),
            ] {
                call.chunks = ChunkedBody(PartBuffer([1]), trailer: trailer)
                let framed = try connection.framed(call, isAnonymous: false)
                #expect(framed.payload == payload)
            }
        }
    }

    @Test func aStoreThatHoldsOtherBytesIsNoticed() async throws {
        try await Self.use { _, _ in
            .answer(200, ["ETag": "\"x\"", "x-amz-checksum-crc64nvme": Base64.encode([1, 2, 3, 4, 5, 6, 7, 8])])
        } _: { store in
            let write = await ScriptedStore.failure {
                _ = try await store.backend.write(PartBuffer([1]), to: Self.key, WriteOptions())
            }
            let session = try await store.backend.resumeUpload(
                "u", to: Self.key, size: 1, partSize: 5 << 20, WriteOptions())
            let part = await ScriptedStore.failure { _ = try await session.upload(1, at: 0, PartBuffer([1])) }
            for error in [write, part] { #expect(error?.kind == .corrupted && error?.isTransient == true) }
        }
    }

    /// A store that does not look at what follows a body could hold anything.
    @Test func aStoreThatSaysNothingIsAskedOrNotTrusted() async throws {
        let right = Base64.encode(Digest.of([1], .crc64nvme)), wrong = Base64.encode(Digest.of([2], .crc64nvme))
        for (told, size, kind) in [
            (right, 1, nil), (wrong, 1, .corrupted), (right, 70, .corrupted), (nil, 1, .unsupported),
        ] as [(String?, Int, StorageError.Kind?)] {
            try await Self.use { request, _ in
                guard request.method == "HEAD" else { return .answer(200, ["ETag": "\"x\"", "x-amz-version-id": "v"]) }
                let headers = ["Content-Length": String(size), "ETag": "\"x\""]
                return .answer(200, told.map { headers.merging(["x-amz-checksum-crc64nvme": $0]) { $1 } } ?? headers)
            } _: { store in
                let error = await ScriptedStore.failure {
                    _ = try await store.backend.write(PartBuffer([1]), to: Self.key, WriteOptions())
                }
                #expect(error?.kind == kind)
                #expect(store.server.requests.last?.target.hasSuffix("?versionId=v") == true)
                let session = try await store.backend.resumeUpload(
                    "u", to: Self.key, size: 1, partSize: 5 << 20, WriteOptions())
                let part = await ScriptedStore.failure { _ = try await session.upload(1, at: 0, PartBuffer([1])) }
                #expect(part?.kind == .unsupported && part?.isTransient == false)
                #expect(part?.advice?.contains("payload_mode") == true)
            }
        }
    }

    /// Before the whole body went there is no checksum of it.
    @Test func anAnswerBeforeTheEndOfTheBodyIsNone() async throws {
        let body = ChunkedBody(PartBuffer([1, 2, 3]), trailer: .crc32c)
        body.prepare(isSigned: false)
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 5, alignment: 1)
        defer { room.deallocate() }
        guard case .bytes(5) = body.read(into: room) else { throw CancellationError() }
        #expect(body.checksum == nil)
    }

    @Test func whatIsExpectedIsCheckedBeforeAnythingIsSent() async throws {
        try await Self.use { store in
            let content = PartBuffer(Self.content(100))
            for algorithm in [ChecksumAlgorithm.crc64nvme, .md5] {
                let wrong = Digest.checksum(of: [9], algorithm)
                let error = await ScriptedStore.failure {
                    _ = try await store.backend.write(content, to: Self.key, WriteOptions(expected: wrong))
                }
                #expect(error?.kind == .corrupted && error?.isTransient == false && store.server.requests.isEmpty)
            }
            for algorithm in [ChecksumAlgorithm.crc64nvme, .md5] {
                let right = Digest.checksum(of: content, algorithm)
                let entry = try await store.backend.write(content, to: Self.key, WriteOptions(expected: right))
                #expect(entry.checksums == [Digest.checksum(of: content, .crc64nvme)])
            }
        }
    }

    @Test func anotherTimeSignsTheChunksAnew() async throws {
        try await Self.use { request, _ in
            request.headers["x-amz-date"]?.hasPrefix("20260102T04") == true
                ? Self.kept(request)
                : .answer(
                    403, ["Date": "Fri, 02 Jan 2026 04:04:05 GMT"],
                    "<Error><Code>RequestTimeTooSkewed</Code><Message>m</Message></Error>")
        } _: { store in
            let content = Self.content(200_000)
            _ = try await store.backend.write(PartBuffer(content), to: Self.key, WriteOptions())
            let chunked = store.server.requests.compactMap { ChunkedRequest($0) }
            #expect(chunked.count == 2 && Set(chunked.map(\.seed)).count == 2)
            #expect(chunked.allSatisfy { $0.content == content && $0.isSigned(by: "testsecret") })
        }
    }

    @Test func otherCredentialsSignTheChunksAnew() async throws {
        final class Numbered: CredentialSource {
            let given = Mutex(0)
            var place: String { "a test" }
            func credentials() async throws(StorageError) -> Credentials? {
                let number = given.withLock { given in
                    given += 1
                    return given
                }
                return Credentials(accessKeyID: "k\(number)", secretAccessKey: "s\(number)", sessionToken: "t\(number)")
            }
        }
        try await Self.use(credentials: Numbered()) { request, _ in
            request.headers["authorization"]?.contains("k1/") == true
                ? .answer(400, [:], "<Error><Code>ExpiredToken</Code><Message>m</Message></Error>")
                : Self.kept(request)
        } _: { store in
            _ = try await store.backend.write(PartBuffer(Self.content(100)), to: Self.key, WriteOptions())
            let chunked = store.server.requests.compactMap { ChunkedRequest($0) }
            #expect(chunked.count == 2 && chunked[0].isSigned(by: "s1") && chunked[1].isSigned(by: "s2"))
        }
    }

    /// libcurl finds the kept connection dead, and sends the body from its first byte on another one.
    @Test(arguments: [100, 3_000_000]) func aDeadConnectionSendsTheSameChunksAgain(size: Int) async throws {
        try await Self.use { request, index in
            index == 1 ? .hangUp : Self.kept(request)
        } _: { store in
            let content = Self.content(size)
            for _ in 0..<2 {
                let entry = try await store.backend.write(PartBuffer(content), to: Self.key, WriteOptions())
                #expect(entry.checksums == [Digest.checksum(of: content, .crc64nvme)])
            }
            let requests = store.server.requests
            #expect(requests.count == 3 && requests[1].body == requests[2].body)
            #expect(requests.allSatisfy { ChunkedRequest($0)?.isSigned(by: "testsecret") == true })
        }
    }

    @Test(arguments: Provider.all) func whatAStoreDoesNotTakeIsRefused(provider: Provider) async throws {
        for algorithm in [nil, "crc32c"] {
            let uses = algorithm.flatMap { ChecksumAlgorithm(rawValue: $0) } ?? provider.uploadChecksum
            let isTaken =
                switch provider.chunkedBodies {
                case .none: false
                case .signed: uses == .md5
                case .withTrailers: true
                }
            try await Self.use(provider, algorithm: algorithm) { request, _ in
                let content = ChunkedRequest(request)?.content ?? []
                return .answer(200, ["x-amz-checksum-\(uses)": Base64.encode(Digest.of(content, uses))])
            } _: { store in
                let error = await ScriptedStore.failure {
                    _ = try await store.backend.write(PartBuffer([1]), to: Self.key, WriteOptions())
                }
                #expect(error?.kind == (isTaken ? nil : .invalidConfiguration))
                #expect(error.map { $0.advice?.contains("payload_mode") == true } ?? true)
                #expect(store.server.requests.isEmpty == !isTaken)
            }
        }
    }

    @Test func theModeComesBeforeTheOlderSetting() {
        func mode(_ mode: PayloadMode?, _ unsigned: Bool?, _ provider: Provider = .aws, tls: Bool = true) -> PayloadMode
        {
            var settings = S3Settings(provider: provider)
            (settings.payloadMode, settings.usesUnsignedPayload) = (mode, unsigned)
            return S3Policy(settings, usesTLS: tls).payloadMode
        }
        #expect(mode(nil, nil) == .unsigned && mode(nil, nil, tls: false) == .signed)
        #expect(mode(nil, nil, .ceph, tls: false) == .unsigned)
        #expect(mode(nil, true, tls: false) == .unsigned && mode(nil, false) == .signed)
        for wanted in PayloadMode.allCases {
            #expect(mode(wanted, true) == wanted && mode(wanted, false, tls: false) == wanted)
        }
    }
}
