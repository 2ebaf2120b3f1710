// Part of godwit. SPDX-License-Identifier: Apache-2.0

import BackendS3
import HTTPTransport
import StorageModel
import StorageTestKit

/// A few buckets of one server that checks use in turn, in this run and in later ones: some servers reserve much for
/// each bucket.
actor BucketPool {
    /// Checks at a time.
    private static let width = 2

    private let name: String
    private let endpoint: String
    private let provider: Provider
    private let caFile: String?
    private var free = Array(1...width)
    private var made: Set<Int> = []
    private var waiting: [CheckedContinuation<Int, Never>] = []

    /// `name`, in lower case, tells apart pools whose endpoints lead to one server.
    init(name: String, endpoint: String, provider: Provider, caFile: String?) {
        self.name = name
        self.endpoint = endpoint
        self.provider = provider
        self.caFile = caFile
    }

    /// Two empty buckets and one that is missing, once they are free.
    func open() async throws -> Subject.Opened {
        let number = await take()
        let client = client()
        let backends = ["one", "two", "none"].map { backend("kit-\(name)-\(number)-\($0)", client) }
        let dispose: @Sendable () async -> Void = {
            for backend in backends.prefix(2) { try? await backend.empty() }
            if (try? await backends[2].containerExists()) == true {
                try? await backends[2].empty()
                try? await backends[2].removeContainer(.root)
            }
            client.shutdown()
            await self.giveBack(number)
        }
        do {
            if made.insert(number).inserted {
                for backend in backends {
                    try await backend.createContainer()
                    try await backend.empty()
                }
                try await backends[2].removeContainer(.root)
            }
        } catch {
            made.remove(number)
            await dispose()
            throw error
        }
        return Subject.Opened(
            backend: backends[0], sibling: backends[1], missing: backends[2],
            reopen: { self.backend("kit-\(self.name)-\(number)-one", client) }, dispose: dispose)
    }

    private func take() async -> Int {
        if let number = free.popLast() { return number }
        return await withCheckedContinuation { waiting.append($0) }
    }

    private func giveBack(_ number: Int) {
        if waiting.isEmpty { free.append(number) } else { waiting.removeFirst().resume(returning: number) }
    }

    private func client() -> HTTPClient {
        var configuration = HTTPConfiguration()
        configuration.caFile = caFile
        return HTTPClient(configuration)
    }

    private nonisolated func backend(_ bucket: String, _ client: HTTPClient) -> S3Backend {
        var settings = S3Settings(provider: provider)
        settings.endpoint = endpoint
        settings.region = "us-east-1"
        settings.accessKeyID = "testkey"
        settings.forcePathStyle = true
        let credentials = Credentials(accessKeyID: "testkey", secretAccessKey: "testsecret")
        return S3Backend(
            bucket: bucket, settings: settings, credentials: StaticCredentials(credentials), client: client,
            ledger: RequestLedger())
    }
}
