// Part of godwit. SPDX-License-Identifier: Apache-2.0

import HTTPTransport
import StorageModel
import Testing

@testable import BackendS3

/// Sessions with directory buckets.
@Suite struct ExpressSessionTests {
    private static let found = ScriptedServer.Reply.answer(200, ["ETag": "\"abc\"", "Content-Length": "3"])
    private static let temporary = StaticCredentials(
        Credentials(accessKeyID: "testkey", secretAccessKey: "testsecret", sessionToken: "own"))

    /// The access key and the service that the request was signed by and for.
    private static func signer(_ request: ScriptedServer.Request) -> String {
        let scope = request.headers["authorization"]?.split(separator: "Credential=").last?.split(separator: "/") ?? []
        return scope.count > 3 ? "\(scope[0]) \(scope[3])" : ""
    }

    @Test func oneSessionServesAllTasks() async throws {
        let bucket = ExpressBucket()
        try await bucket.use(credentials: Self.temporary) { _ in
            Self.found
        } _: { store in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for index in 0..<20 {
                    group.addTask { _ = try await store.backend.stat(ObjectKey("k\(index)"), version: nil) }
                }
                try await group.waitForAll()
            }
            let requests = store.server.requests
            #expect(bucket.sessions == 1 && requests.count == 21)
            #expect(requests[0].method == "GET" && requests[0].target == "/mine--use1-az4--x-s3?session=")
            #expect(requests[0].headers["x-amz-create-session-mode"] == "ReadWrite")
            #expect(Self.signer(requests[0]) == "testkey s3express")
            #expect(requests[0].headers["x-amz-security-token"] == "own")
            for request in requests.dropFirst() {
                #expect(Self.signer(request) == "session1 s3express")
                #expect(request.headers["x-amz-s3session-token"] == "token1")
                #expect(request.headers["x-amz-security-token"] == nil)
                #expect(request.headers["authorization"]?.contains("x-amz-s3session-token") == true)
            }
        }
    }

    @Test func backendsOfOneBucketShareTheirSession() async throws {
        let bucket = ExpressBucket()
        try await bucket.use { _ in
            Self.found
        } _: { store in
            let keeper = CredentialKeeper(ScriptedStore.fixed)
            for encryption in ["", "", "AES256"] {
                var settings = store.backend.connection.settings
                settings.serverSideEncryption = encryption
                let backend = S3Backend(
                    bucket: ExpressBucket.name, settings: settings, credentials: keeper, client: store.client,
                    ledger: store.ledger, sessions: store.sessions, now: { bucket.now })
                _ = try await backend.stat(ObjectKey("k"), version: nil)
            }
            // What is written under another encryption is written in another session.
            #expect(bucket.sessions == 2)
            let begun = store.server.requests.filter { $0.target.hasSuffix("?session=") }
            #expect(begun.map { $0.headers["x-amz-server-side-encryption"] } == [nil, "AES256"])
        }
    }

    @Test func isRenewedAheadOfItsEnd() async throws {
        let bucket = ExpressBucket()
        try await bucket.use { _ in
            Self.found
        } _: { store in
            func token() async throws -> String? {
                _ = try await store.backend.stat(ObjectKey("k"), version: nil)
                return store.server.requests.last { $0.method == "HEAD" }?.headers["x-amz-s3session-token"]
            }
            var tokens: [String?] = []
            // Within the last sixth of its time everyone waits for the next, and a machine that slept finds it ended.
            for seconds: Int64 in [0, 190, 70, 10_000] {
                bucket.pass(seconds: seconds)
                tokens.append(try await token())
            }
            #expect(tokens == ["token1", "token1", "token2", "token3"])
            #expect(bucket.sessions == 3)
        }
    }

    @Test func beginsAnotherWhenTheStoreSaysThatItEnded() async throws {
        let bucket = ExpressBucket()
        try await bucket.use { request in
            request.method == "PUT" ? .answer(200, ["ETag": "\"e\""]) : Self.found
        } _: { store in
            _ = try await store.backend.stat(ObjectKey("k"), version: nil)
            bucket.end(session: 1)
            _ = try await store.backend.write(PartBuffer(Array("abc".utf8)), to: ObjectKey("k"), WriteOptions())
            let writes = store.server.requests.filter { $0.method == "PUT" }
            #expect(writes.map { $0.headers["x-amz-s3session-token"] } == ["token1", "token2"])
            #expect(bucket.sessions == 2)
        }
    }

    /// The answer to a HEAD says nothing of why.
    @Test func aHeadMayBeOfASessionThatEnded() async throws {
        for status in [400, 403] {
            let bucket = ExpressBucket()
            try await bucket.use { request in
                request.headers["x-amz-s3session-token"] == "token1" ? .answer(status) : Self.found
            } _: { store in
                _ = try await store.backend.stat(ObjectKey("k"), version: nil)
                #expect(bucket.sessions == 2)
            }
            let refusing = ExpressBucket()
            try await refusing.use { _ in
                .answer(status)
            } _: { store in
                let error = await ScriptedStore.failure {
                    _ = try await store.backend.stat(ObjectKey("k"), version: nil)
                }
                #expect(error?.kind == (status == 403 ? .permissionDenied : .unexpected) && refusing.sessions == 2)
            }
        }
    }

    @Test func readsWhereNothingMayBeWritten() async throws {
        let bucket = ExpressBucket(modes: ["ReadOnly"])
        try await bucket.use { request in
            request.method == "PUT" ? ExpressBucket.error(403, "AccessDenied") : Self.found
        } _: { store in
            let entry = try await store.backend.stat(ObjectKey("k"), version: nil)
            #expect(entry.size == 3)
            let begun = store.server.requests.filter { $0.target.hasSuffix("?session=") }
            #expect(begun.map { $0.headers["x-amz-create-session-mode"] } == ["ReadWrite", "ReadOnly"])
            let error = await ScriptedStore.failure {
                _ = try await store.backend.write(PartBuffer([1]), to: ObjectKey("k"), WriteOptions())
            }
            #expect(error?.kind == .permissionDenied)
            #expect(error?.advice == "the credentials need s3express:CreateSession for ReadWrite")
        }
    }

    @Test func saysWhatASessionNeeds() async throws {
        try await ExpressBucket(modes: []).use { store in
            let error = await ScriptedStore.failure { _ = try await store.backend.stat(ObjectKey("k"), version: nil) }
            #expect(error?.kind == .permissionDenied)
            #expect(error?.advice == "the credentials need s3express:CreateSession")
        }
    }

    @Test func aBucketThatIsMissingHasNoSession() async throws {
        try await ScriptedStore.use(ExpressBucket.name, configure: { _ in }) { _, _ in
            ExpressBucket.error(404, "NoSuchBucket")
        } _: { store in
            let exists = try await store.backend.containerExists()
            #expect(!exists)
        }
    }

    @Test func aSessionWithoutCredentialsIsMalformed() async throws {
        try await ScriptedStore.use(ExpressBucket.name, configure: { _ in }) { _, _ in
            .answer(200, [:], "<CreateSessionResult><Credentials/></CreateSessionResult>")
        } _: { store in
            let error = await ScriptedStore.failure { _ = try await store.backend.stat(ObjectKey("k"), version: nil) }
            #expect(error?.kind == .unexpected && error?.message.contains("a session without credentials") == true)
        }
    }

    @Test func requestsMaySignForThemselves() async throws {
        try await ScriptedStore.use(
            ExpressBucket.name, credentials: Self.temporary, configure: { $0.disablesExpressSessions = true }
        ) { _, _ in
            Self.found
        } _: { store in
            _ = try await store.backend.stat(ObjectKey("k"), version: nil)
            let request = try #require(store.server.requests.first)
            #expect(store.server.requests.count == 1 && Self.signer(request) == "testkey s3express")
            #expect(request.headers["x-amz-security-token"] == "own")
            let url = try await store.backend.presignedURL(for: ObjectKey("k"), expires: .seconds(3600))
            #expect(url.contains("X-Amz-Security-Token=own"))
        }
        // Nor has who signs nothing a session.
        try await ScriptedStore.use(ExpressBucket.name, credentials: AnonymousCredentials(), configure: { _ in }) {
            _, _ in
            Self.found
        } _: { store in
            _ = try await store.backend.stat(ObjectKey("k"), version: nil)
            #expect(store.server.requests.map(\.target) == ["/mine--use1-az4--x-s3/k"])
        }
    }

    @Test func aLinkEndsWithTheSession() async throws {
        let bucket = ExpressBucket()
        try await bucket.use { store in
            let url = try await store.backend.presignedURL(for: ObjectKey("k"), expires: .seconds(200))
            #expect(url.contains("X-Amz-S3session-Token=token1") && url.contains("us-east-1%2Fs3express"))
            #expect(!url.contains("X-Amz-Security-Token"))
            let error = await ScriptedStore.failure {
                _ = try await store.backend.presignedURL(for: ObjectKey("k"), expires: .seconds(3600))
            }
            #expect(error?.kind == .invalidConfiguration && error?.advice == "ask for less (--expire 290s)")
        }
    }
}
