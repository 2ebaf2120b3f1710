// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Foundation

/// A real store that `scripts/with-servers` started, found by its environment variable.
struct Store: Sendable, CustomStringConvertible {
    var name: String
    var endpoint: String
    var provider: String
    var secret = "testsecret"

    private static func find(_ name: String, _ variable: String, provider: String) -> Store? {
        ProcessInfo.processInfo.environment[variable].map { Store(name: name, endpoint: $0, provider: provider) }
    }

    static let seaweedfs = find("SeaweedFS", "GODWIT_TEST_SEAWEEDFS", provider: "SeaweedFS")
    static let seaweedfsTLS = find("SeaweedFS with TLS", "GODWIT_TEST_SEAWEEDFS_TLS", provider: "SeaweedFS")
    static let ministack = find("MiniStack", "GODWIT_TEST_MINISTACK", provider: "Other")
    static let moto = find("moto", "GODWIT_TEST_MOTO", provider: "Other")
    static let ceph = find("Ceph", "GODWIT_TEST_CEPH", provider: "Ceph")

    var description: String { name }

    /// The location of `path` (a bucket and a key) as both godwit and rclone understand it.
    func location(_ path: String, options: String = "") -> String {
        ":s3,provider=\(provider),endpoint=\"\(endpoint)\",access_key_id=testkey,secret_access_key=\(secret),"
            + "region=us-east-1\(options):\(path)"
    }

    /// The same store behind another address: a fault proxy's.
    func behind(port: Int) -> Store {
        var copy = self
        copy.endpoint = "http://127.0.0.1:\(port)"
        return copy
    }

    /// Makes a new bucket and returns its name.
    func makeBucket(_ purpose: String, locks: Bool = false) async throws -> String {
        let bucket = "\(purpose)-\(UUID().uuidString.lowercased().prefix(8))"
        if locks { try await tool("make", bucket, "lock") } else { try await tool("make", bucket) }
        return bucket
    }

    /// What each object carries beside its bytes, as an independent reader sees it.
    func carried(_ bucket: String) async throws -> [String: [String: String]] {
        try JSONDecoder().decode([String: [String: String]].self, from: try await tool("carried", bucket).output)
    }

    /// An object as an independent reader sees it.
    struct Object: Decodable, Equatable {
        var md5: String
        var size: Int
        var etag: String
        var metadata: [String: String]
        var type: String?
    }

    /// All objects under `prefix`, by reading every one.
    func objects(_ bucket: String, _ prefix: String = "") async throws -> [String: Object] {
        try JSONDecoder().decode([String: Object].self, from: try await tool("list", bucket, prefix).output)
    }

    /// The keys under `prefix`, by listing.
    func keys(_ bucket: String, _ prefix: String = "") async throws -> [String] {
        try JSONDecoder().decode([String].self, from: try await tool("keys", bucket, prefix).output)
    }

    /// The keys of multipart uploads that nobody finished.
    func unfinishedUploads(_ bucket: String) async throws -> [String] {
        try JSONDecoder().decode([String].self, from: try await tool("uploads", bucket).output)
    }

    /// Puts objects of the given text.
    func put(_ bucket: String, _ objects: [(key: String, text: String)]) async throws {
        let wanted = objects.map { ["key": $0.key, "text": $0.text] }
        try await tool("put", bucket, input: JSONSerialization.data(withJSONObject: wanted))
    }

    @discardableResult
    func tool(_ arguments: String..., input: Data = Data()) async throws -> ChildProcess.Outcome {
        try await tool(values: arguments, input: input)
    }

    @discardableResult
    func tool(values arguments: [String], input: Data = Data()) async throws -> ChildProcess.Outcome {
        let script = Programs.root + "/Tests/Support/Servers/s3tool.py"
        let outcome = try await ChildProcess(
            [Programs.python, script, endpoint] + arguments, environment: Programs.environment, input: input
        ).end(within: 240)
        guard outcome.status == 0 else { throw ChildProcess.Failure(description: outcome.errorText) }
        return outcome
    }
}
