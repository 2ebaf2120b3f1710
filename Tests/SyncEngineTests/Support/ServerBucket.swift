// Part of godwit. SPDX-License-Identifier: Apache-2.0

import BackendS3
import Foundation
import HTTPTransport
import StorageModel
import StorageTestKit

/// A bucket of a real server that the environment names.
struct ServerBucket: Sendable, CustomStringConvertible {
    var description: String
    private let endpoint: String
    private let provider: Provider

    private init?(_ name: String, _ provider: Provider) {
        let environment = ProcessInfo.processInfo.environment
        guard let endpoint = environment["GODWIT_TEST_" + name.uppercased()] else { return nil }
        (description, self.endpoint, self.provider) = (name, endpoint, provider)
    }

    /// Those that honour conditions.
    static let conditional = [ServerBucket("SeaweedFS", .seaweedFS), ServerBucket("MiniStack", .aws)].compactMap(\.self)
    static let ceph = ServerBucket("Ceph", .ceph)

    /// Gives a new bucket, which is removed afterwards.
    func use(_ body: (any Backend) async throws -> Void) async throws {
        var settings = S3Settings(provider: provider)
        settings.endpoint = endpoint
        settings.region = "us-east-1"
        settings.accessKeyID = "testkey"
        settings.forcePathStyle = true
        let client = HTTPClient(HTTPConfiguration())
        defer { client.shutdown() }
        let backend = S3Backend(
            bucket: "engine-" + UUID().uuidString.lowercased().prefix(8), settings: settings,
            credentials: StaticCredentials(Credentials(accessKeyID: "testkey", secretAccessKey: "testsecret")),
            client: client, ledger: RequestLedger())
        try await backend.createContainer()
        try await body(backend)
        try await backend.empty()
        try await backend.removeContainer(.root)
    }
}
