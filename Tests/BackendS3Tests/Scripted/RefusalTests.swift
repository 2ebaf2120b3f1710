// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel
import Testing

@testable import BackendS3

/// What a store refuses since it was given what it cannot take: the error says why and what to do.
@Suite struct RefusalTests {
    private static let key = CustomerKey(Array("0123456789abcdef0123456789abcdef".utf8))

    private static func error(_ code: String, _ message: String = "m") -> String {
        "<Error><Code>\(code)</Code><Message>\(message)</Message></Error>"
    }

    /// The error of a write of `options` that the store refuses.
    private func refusal(
        _ answer: ScriptedServer.Reply, provider: Provider = .aws, _ options: WriteOptions
    ) async throws -> StorageError? {
        var found: StorageError?
        try await ScriptedStore.use(provider: provider) { _, _ in
            answer
        } _: { store in
            found = await ScriptedStore.failure {
                _ = try await store.backend.write(PartBuffer([1]), to: ObjectKey("k"), options)
            }
            #expect(store.server.requests.count == 1)
        }
        return found
    }

    @Test(arguments: ["MetadataTooLarge", "RequestHeaderSectionTooLarge"])
    func oversizedMetadataSaysTheLimit(code: String) async throws {
        var options = WriteOptions(modified: Timestamp(seconds: 5))
        options.metadata.set("big", String(repeating: "v", count: 3000))
        options.metadata.set("x", "é")
        let error = try #require(try await refusal(.answer(400, [:], Self.error(code)), options))
        #expect(!error.isTransient && error.key == ObjectKey("k"))
        // Names and values of big, x and mtime.
        let count = 3 + 3000 + 1 + 2 + 5 + 1
        #expect(error.advice?.contains("2048 bytes") == true && error.advice?.contains("\(count) of user") == true)
        #expect(error.advice?.contains("--no-preserve metadata") == true)
    }

    @Test(arguments: ["InvalidTag", "BadRequest"]) func elevenTagsSayTheLimit(code: String) async throws {
        var options = WriteOptions()
        options.metadata.tags = (0..<11).map { .init(name: "k&\($0)", value: "v=") }
        let answer = ScriptedServer.Reply.answer(400, [:], Self.error(code, "Object tags cannot be greater than 10"))
        let error = try #require(try await refusal(answer, options))
        #expect(!error.isTransient && error.message.contains("greater than 10"))
        #expect(error.advice?.contains("10 tags") == true && error.advice?.contains("would get 11") == true)
        #expect(error.advice?.contains("--no-preserve tags") == true)
    }

    /// Where tags come after what came in parts, nothing is begun that cannot have its own.
    @Test(arguments: [Provider.aws, .other, .seaweedFS])
    func elevenTagsAreRefusedBeforeAnUploadThatTheyFollow(provider: Provider) async throws {
        try await ScriptedStore.use(provider: provider) { _, _ in
            .answer(
                200, [:], "<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>")
        } _: { store in
            for count in [10, 11] {
                var options = WriteOptions()
                options.metadata.tags = (0..<count).map { .init(name: "k\($0)", value: "v") }
                let before = store.server.requests.count
                let error = await ScriptedStore.failure {
                    _ = try await store.backend.beginUpload(
                        to: ObjectKey("k"), size: 6 << 20, partSize: 5 << 20, options)
                }
                let isRefused = count == 11 && !provider.tagsUploads
                #expect(store.server.requests.count - before == (isRefused ? 0 : 1))
                #expect((error != nil) == isRefused)
                if isRefused {
                    #expect(error?.message.contains("11 tags") == true && error?.advice?.contains("10 tags") == true)
                }
            }
        }
    }

    @Test func aClassThatTheStoreLacksNamesThoseItHas() async throws {
        var options = WriteOptions()
        options.storageClass = "GLACIAL"
        for provider in [Provider.aws, .seaweedFS, .other] {
            let answer = ScriptedServer.Reply.answer(400, [:], Self.error("InvalidStorageClass"))
            let error = try #require(try await refusal(answer, provider: provider, options))
            #expect(!error.isTransient && error.advice?.contains("\"GLACIAL\" was asked for") == true)
            let names = provider.storageClasses.isEmpty ? ["--s3-storage-class"] : ["STANDARD, ", "DEEP_ARCHIVE"]
            for name in names { #expect(error.advice?.contains(name) == true) }
        }
    }

    @Test(arguments: ["ExpiredToken", "TokenRefreshRequired"]) func anExpiredTokenSaysSo(code: String) async throws {
        let answer = ScriptedServer.Reply.answer(400, [:], Self.error(code, "The provided token has expired."))
        let error = try #require(try await refusal(answer, WriteOptions()))
        #expect(error.kind == .unauthenticated && !error.isTransient && error.advice?.contains("sign in again") == true)
    }

    /// What AWS and SeaweedFS answer who reads without the key, with another one, or with one of a plain object.
    @Test(
        arguments: [
            (400, "", "", false, "--source-sse-customer-key"), (400, "InvalidRequest", "", false, nil),
            (
                400, "", "", false, "region"
            ),
            (
                400, "InvalidRequest", "The object was stored using a form of Server Side Encryption. The correct …",
                false,
                "--source-sse-customer-key"
            ),
            (
                400, "InvalidArgument",
                "Requests specifying Server Side Encryption with … must provide the customer key.",
                false, "--source-sse-customer-key"
            ),
            (403, "", "", true, "another key"), (403, "AccessDenied", "Access Denied.", true, "another key"),
            (
                400, "InvalidRequest", "The encryption parameters are not applicable to this object.", true,
                "or by none"
            ),
            (400, "", "", true, "or by none"), (403, "AccessDenied", "", false, "need s3:GetObject"),
            (403, "", "", false, "need s3:GetObject"), (404, "", "", true, nil),
        ] as [(Int, String, String, Bool, String?)])
    func aWrongKeyOfACustomerIsNamed(
        status: Int, code: String, message: String, hasKey: Bool, advice: String?
    ) async throws {
        try await ScriptedStore.use(configure: { if hasKey { $0.customerKey = Self.key } }) { _, _ in
            .answer(status, [:], code.isEmpty ? "" : Self.error(code, message))
        } _: { store in
            for isRead in [true, false] {
                // A HEAD brings no words.
                if !isRead, !code.isEmpty { continue }
                let error = await ScriptedStore.failure {
                    if isRead {
                        _ = try await store.backend.read(ObjectKey("k"), ReadOptions(), into: PartBuffer(capacity: 9))
                    } else {
                        _ = try await store.backend.stat(ObjectKey("k"), version: nil)
                    }
                }
                let found = try #require(error)
                #expect(!found.isTransient && found.key == ObjectKey("k"))
                if let advice {
                    #expect(found.advice?.contains(advice) == true, "\(found)")
                } else {
                    #expect(found.advice == nil, "\(found)")
                }
                #expect(!"\(found)".contains("0123456789abcdef") && !"\(found)".contains("MDEyMzQ1Njc4"))
            }
        }
    }

    @Test func aCopyOfAnEncryptedObjectNeedsItsKey() async throws {
        try await ScriptedStore.use { _, _ in
            .answer(400, [:], Self.error("InvalidRequest", "Invalid Request"))
        } _: { store in
            let error = await ScriptedStore.failure {
                _ = try await store.backend.copy(
                    CopySource(container: "b", entry: Entry(key: ObjectKey("a"), size: 1)), to: ObjectKey("k"),
                    WriteOptions())
            }
            #expect(error?.advice?.contains("--source-sse-customer-key") == true)
        }
    }
}
