// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel
import Testing

@testable import BackendS3

/// Encryption by the store: keys of the customer's and of KMS.
@Suite struct EncryptionTests {
    private static let key = CustomerKey(Array("0123456789abcdef0123456789abcdef".utf8))
    private static let other = CustomerKey([UInt8](repeating: 7, count: 32))
    private static let encoded = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
    private static let own = "x-amz-server-side-encryption-customer-"
    private static let source = "x-amz-copy-source-server-side-encryption-customer-"

    private static func answer(_ request: ScriptedServer.Request) -> ScriptedServer.Reply {
        let isSource = request.headers["x-amz-copy-source"] != nil, isPart = request.target.contains("partNumber")
        if isSource {
            let name = isPart ? "CopyPartResult" : "CopyObjectResult"
            return .answer(200, [:], "<\(name)><ETag>\"abc\"</ETag></\(name)>")
        }
        if request.target.hasSuffix("uploads=") {
            return .answer(
                200, [:], "<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>")
        }
        if request.method == "POST" {
            return .answer(
                200, [:],
                "<CompleteMultipartUploadResult><ETag>\"0123456789abcdef0123456789abcdef-2\"</ETag></CompleteMultipartUploadResult>"
            )
        }
        return .answer(200, ["ETag": "\"abc\""])
    }

    /// Every request about an object's content tells the key; the store's tags are no digests.
    @Test func aCustomersKeyGoesWithEveryRequest() async throws {
        try await ScriptedStore.use(configure: { $0.customerKey = Self.key }) { request, _ in
            Self.answer(request)
        } _: { store in
            let backend = store.backend, key = ObjectKey("k"), entry = Entry(key: key, size: 9 << 20)
            #expect(!backend.capabilities.tagsAreMD5)
            _ = try await backend.write(PartBuffer([1]), to: key, WriteOptions())
            _ = try? await backend.read(key, ReadOptions(), into: PartBuffer(capacity: 3))
            _ = try? await backend.stat(key, version: nil)
            let upload = try await backend.beginUpload(to: key, size: 6 << 20, partSize: 5 << 20, WriteOptions())
            let parts = [
                try await upload.upload(1, at: 0, PartBuffer([UInt8](repeating: 1, count: 5 << 20))),
                try await upload.copy(2, from: backend.copySource(entry), range: 0..<1 << 20),
            ]
            _ = try await upload.complete(parts, expected: nil)
            _ = try await backend.copy(
                CopySource(container: "b", entry: Entry(key: key, size: 1), customerKey: Self.other), to: key,
                WriteOptions())
            #expect(store.server.requests.count == 8)
            for request in store.server.requests {
                #expect(request.headers[Self.own + "algorithm"] == "AES256")
                #expect(request.headers[Self.own + "key"] == Self.encoded)
                #expect(request.headers[Self.own + "key-md5"] == "hRasmdxgYDKV3nvbahU1MA==")
            }
            let copies = store.server.requests.filter { $0.headers["x-amz-copy-source"] != nil }
            #expect(copies.count == 2 && copies[0].headers[Self.source + "key"] == Self.encoded)
            #expect(copies[1].headers[Self.source + "key"] == "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=")
        }
    }

    /// Some stores copy what a wrong key makes of an object. The source is looked at by its key before.
    @Test(arguments: [Provider.seaweedFS, .other, .aws]) func aSourceIsReadByItsKeyBeforeItIsCopied(
        provider: Provider
    ) async throws {
        try await ScriptedStore.use(provider: provider, configure: { $0.customerKey = Self.key }) { request, _ in
            request.method == "HEAD" ? .answer(403) : Self.answer(request)
        } _: { store in
            let entry = Entry(key: ObjectKey("a b"), size: 6 << 20, version: "v")
            let upload = try await store.backend.resumeUpload(
                "u", to: ObjectKey("k"), size: 6 << 20, partSize: 5 << 20, WriteOptions())
            for key in [Self.other, nil] {
                let source = CopySource(container: "from", entry: entry, customerKey: key)
                let isRefused = key != nil && provider.name != Provider.aws.name
                let before = store.server.requests.count
                let whole = await ScriptedStore.failure {
                    _ = try await store.backend.copy(source, to: ObjectKey("k"), WriteOptions())
                }
                let part = await ScriptedStore.failure {
                    _ = try await upload.copy(1, from: source, range: 0..<5 << 20)
                }
                for error in [whole, part] {
                    #expect(error?.kind == (isRefused ? .permissionDenied : nil))
                    #expect(error.map { $0.advice?.contains("another key") == true } ?? true)
                }
                let sent = store.server.requests.dropFirst(before)
                #expect(sent.map(\.method) == (isRefused ? ["HEAD", "HEAD"] : ["PUT", "PUT"]))
                for request in sent where isRefused {
                    #expect(request.target == "/from/a%20b?versionId=v")
                    #expect(request.headers[Self.own + "key"] == "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=")
                }
            }
        }
    }

    @Test func aKeyIsNotSentWhereAnyoneMayListen() async throws {
        try await ScriptedStore.use(configure: {
            ($0.customerKey, $0.endpoint) = (Self.key, "http://192.0.2.1")
        }) { request, _ in
            Self.answer(request)
        } _: { store in
            let error = await ScriptedStore.failure { _ = try await store.backend.stat(ObjectKey("k"), version: nil) }
            #expect(error?.kind == .invalidConfiguration && error?.message.contains("plain http") == true)
        }
    }

    @Test func aKeyIsNeverShown() {
        #expect(CustomerKey([1]) == nil)
        var shown = "\(Self.key as Any) \(String(reflecting: Self.key))"
        dump(Self.key, to: &shown)
        // The first byte, in decimal digits.
        #expect(!shown.contains("48"))
    }

    @Test(arguments: ["{\"a\":\"b\"}", "eyJhIjoiYiJ9"]) func kmsIsToldItsContext(context: String) async throws {
        try await ScriptedStore.use(configure: {
            $0.serverSideEncryption = "aws:kms:dsse"
            ($0.sseKMSKeyID, $0.sseKMSContext, $0.usesBucketKey) = ("key-1", context, true)
        }) { _, _ in
            .answer(200, ["ETag": "\"abc\"", "x-amz-server-side-encryption": "aws:kms:dsse"])
        } _: { store in
            _ = try await store.backend.write(PartBuffer([1]), to: ObjectKey("k"), WriteOptions())
            #expect(store.server.requests.count == 1)
            let headers = store.server.requests[0].headers
            #expect(headers["x-amz-server-side-encryption"] == "aws:kms:dsse")
            #expect(headers["x-amz-server-side-encryption-aws-kms-key-id"] == "key-1")
            #expect(headers["x-amz-server-side-encryption-context"] == "eyJhIjoiYiJ9")
            #expect(headers["x-amz-server-side-encryption-bucket-key-enabled"] == "true")
        }
    }

    /// A store that does not say with its answer that it encrypted is asked; one that left the object in the clear is told.
    @Test(arguments: [false, true]) func whatIsLeftInTheClearIsNotWritten(isEncrypted: Bool) async throws {
        try await ScriptedStore.use(configure: { $0.serverSideEncryption = "AES256" }) { request, _ in
            if request.method == "HEAD", isEncrypted {
                return .answer(200, ["Content-Length": "1", "x-amz-server-side-encryption": "AES256"])
            }
            return request.method == "HEAD" ? .answer(200, ["Content-Length": "1"]) : Self.answer(request)
        } _: { store in
            let backend = store.backend, key = ObjectKey("k")
            let written = await ScriptedStore.failure {
                _ = try await backend.write(PartBuffer([1]), to: key, WriteOptions())
            }
            let copied = await ScriptedStore.failure {
                _ = try await backend.copy(backend.copySource(Entry(key: key, size: 1)), to: key, WriteOptions())
            }
            let uploaded = await ScriptedStore.failure {
                let upload = try await backend.beginUpload(to: key, size: 1, partSize: 1, WriteOptions())
                _ = try await upload.complete([try await upload.upload(1, at: 0, PartBuffer([1]))], expected: nil)
            }
            for error in [written, copied, uploaded] {
                #expect(error?.kind == (isEncrypted ? nil : .unsupported))
                #expect(error == nil || error?.advice?.contains("in the clear") == true)
            }
            #expect(
                store.server.requests.map(\.method) == ["PUT", "HEAD", "PUT", "HEAD", "POST", "PUT", "POST", "HEAD"])
        }
    }

    /// Ceph leaves in the clear what it copies; parts of an upload it encrypts.
    @Test func nothingIsCopiedWhereCopiesAreLeftInTheClear() async throws {
        try await ScriptedStore.use(provider: .ceph, configure: { $0.serverSideEncryption = "aws:kms" }) { request, _ in
            Self.answer(request)
        } _: { store in
            let backend = store.backend, key = ObjectKey("k"), entry = Entry(key: key, size: 1)
            let error = await ScriptedStore.failure {
                _ = try await backend.copy(backend.copySource(entry), to: key, WriteOptions())
            }
            #expect(error?.kind == .unsupported)
            let upload = try await backend.resumeUpload("u", to: key, size: 1, partSize: 1, WriteOptions())
            let sealed = CopySource(container: "bucket", entry: entry, customerKey: Self.key)
            let part = await ScriptedStore.failure { _ = try await upload.copy(1, from: sealed, range: 0..<1) }
            #expect(part?.kind == .unsupported)
            #expect(store.server.requests.isEmpty)
            _ = try await upload.copy(1, from: backend.copySource(entry), range: 0..<1)
        }
    }
}
