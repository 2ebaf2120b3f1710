// Part of godwit. SPDX-License-Identifier: Apache-2.0

import HTTPTransport
import StorageModel
import Testing

@testable import BackendS3

/// Requests through access points.
@Suite struct AccessPointTests {
    private static let arn = "arn:aws:s3:eu-west-1:123456789012:accesspoint/door"

    private func use(
        _ handler: @escaping @Sendable (ScriptedServer.Request, Int) -> ScriptedServer.Reply,
        _ body: (ScriptedStore) async throws -> Void
    ) async throws {
        try await ScriptedStore.use(
            Self.arn, configure: { $0.endpoint = $0.endpoint?.replacing("127.0.0.1", with: "localhost") }, handler, body
        )
    }

    @Test func goToAHostOfTheirOwn() async throws {
        try await use { _, _ in
            .answer(200, ["ETag": "\"abc\"", "Content-Length": "3"])
        } _: { store in
            _ = try await store.backend.stat(ObjectKey("a/b c"), version: nil)
            let request = try #require(store.server.requests.first)
            #expect(request.target == "/a/b%20c")
            #expect(request.headers["host"] == "door-123456789012.localhost:\(store.server.port)")
            #expect(request.headers["authorization"]?.contains("/eu-west-1/s3/aws4_request") == true)
            #expect(store.backend.identity.container == Self.arn)
            let url = try await store.backend.presignedURL(for: ObjectKey("k"), expires: .seconds(60))
            #expect(url.hasPrefix("http://door-123456789012.localhost:\(store.server.port)/k?"))
        }
    }

    @Test func areNotElsewhere() async throws {
        try await use { _, _ in
            .answer(301, ["x-amz-bucket-region": "us-west-2"], "<Error><Code>PermanentRedirect</Code></Error>")
        } _: { store in
            let error = await ScriptedStore.failure { _ = try await store.backend.stat(ObjectKey("k"), version: nil) }
            #expect(error?.kind == .invalidConfiguration && store.server.requests.count == 1)
        }
    }

    @Test func areSourcesByTheirNames() async throws {
        try await use { _, _ in
            .answer(200, [:], "<CopyObjectResult><ETag>\"e\"</ETag></CopyObjectResult>")
        } _: { store in
            let source = store.backend.copySource(Entry(key: ObjectKey("a/b c+é"), size: 1, version: "v/1"))
            _ = try await store.backend.copy(source, to: ObjectKey("k"), WriteOptions())
            #expect(
                store.server.requests.last?.headers["x-amz-copy-source"]
                    == "arn%3Aaws%3As3%3Aeu-west-1%3A123456789012%3Aaccesspoint/door/object/a/b%20c%2B%C3%A9?versionId=v%2F1"
            )
        }
    }

    @Test func areNeitherMadeNorRemoved() async throws {
        try await use { _, index in
            index == 0 ? .answer(200) : .answer(404)
        } _: { store in
            // There is nothing to make.
            try await store.backend.createContainer()
            let made = await ScriptedStore.failure { try await store.backend.createContainer() }
            let removed = await ScriptedStore.failure { try await store.backend.removeContainer(.root) }
            for error in [made, removed] {
                #expect(error?.kind == .unsupported && error?.message.contains("access point") == true)
            }
            #expect(store.server.requests.map(\.method) == ["HEAD", "HEAD"])
        }
    }
}
