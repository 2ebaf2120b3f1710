// Part of godwit. SPDX-License-Identifier: Apache-2.0

import HTTPTransport
import StorageModel

@testable import BackendS3

/// A backend whose store is a ``ScriptedServer``.
struct ScriptedStore {
    let server: ScriptedServer
    let client: HTTPClient
    let ledger = RequestLedger()
    let sessions = ExpressSessions()
    let backend: S3Backend

    static let clock = Timestamp(seconds: 1_767_323_045)

    static let fixed = StaticCredentials(Credentials(accessKeyID: "testkey", secretAccessKey: "testsecret"))

    /// A store that answers by `handler`, used for the time of `body`.
    static func use(
        provider: Provider = .aws, credentials: any CredentialSource = fixed,
        _ handler: @escaping @Sendable (ScriptedServer.Request, Int) -> ScriptedServer.Reply,
        _ body: (ScriptedStore) async throws -> Void
    ) async throws {
        try await use(provider: provider, credentials: credentials, configure: { _ in }, handler, body)
    }

    /// The same with other settings, another bucket or a clock that goes.
    static func use(
        _ bucket: String = "bucket", provider: Provider = .aws, credentials: any CredentialSource = fixed,
        now: @escaping @Sendable () -> Timestamp = { clock }, configure: (inout S3Settings) -> Void,
        _ handler: @escaping @Sendable (ScriptedServer.Request, Int) -> ScriptedServer.Reply,
        _ body: (ScriptedStore) async throws -> Void
    ) async throws {
        let store = try ScriptedStore(bucket, provider, credentials, now, configure, handler)
        defer {
            store.client.shutdown()
            store.server.stop()
        }
        try await body(store)
    }

    private init(
        _ bucket: String, _ provider: Provider, _ credentials: any CredentialSource,
        _ now: @escaping @Sendable () -> Timestamp, _ configure: (inout S3Settings) -> Void,
        _ handler: @escaping @Sendable (ScriptedServer.Request, Int) -> ScriptedServer.Reply
    ) throws {
        server = try ScriptedServer(handler)
        var settings = S3Settings(provider: provider)
        settings.endpoint = server.endpoint
        settings.region = "us-east-1"
        configure(&settings)
        client = HTTPClient(HTTPConfiguration())
        backend = S3Backend(
            bucket: bucket, settings: settings, credentials: credentials, client: client, ledger: ledger,
            sessions: sessions, now: now)
    }

    /// The error that `body` throws; nil when it does not.
    static func failure(_ body: () async throws -> Void) async -> StorageError? {
        do {
            try await body()
            return nil
        } catch {
            return error as? StorageError
        }
    }
}
