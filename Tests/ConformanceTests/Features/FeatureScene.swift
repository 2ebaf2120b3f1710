// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Digests
import Foundation
import HTTPTransport
import StorageModel
import StorageTestKit

@testable import BackendS3

/// Buckets of one store, in which features are tried side by side, each at a place of its own.
struct FeatureScene: Sendable {
    enum Bucket: String, CaseIterable {
        case plain
        /// Keeps versions.
        case versioned
        /// Keeps versions and locks.
        case locked
    }

    let store: FeatureStore
    let client: HTTPClient
    /// What this run's buckets are told apart by from those of others.
    let run: String
    /// Why there is no bucket with locks.
    var lockProblem: StorageError?
    /// What the keys of one feature begin with.
    var place = ""

    var provider: Provider { store.provider }
    var credentials: StaticCredentials {
        StaticCredentials(Credentials(accessKeyID: "testkey", secretAccessKey: "testsecret"))
    }

    /// Makes the buckets.
    init(_ store: FeatureStore) async throws {
        self.store = store
        var configuration = HTTPConfiguration()
        configuration.caFile = store.caFile
        client = HTTPClient(configuration)
        run = String(UInt32.random(in: 0 ... .max), radix: 36)
        do {
            try await backend().createContainer()
            let versioned = backend(in: .versioned)
            try await versioned.createContainer()
            try await versioned.configure(
                "versioning",
                "<VersioningConfiguration xmlns=\"\(S3Connection.namespace)\"><Status>Enabled</Status>"
                    + "</VersioningConfiguration>")
        } catch {
            client.shutdown()
            throw error
        }
        do throws(StorageError) {
            var call = S3Call(kind: .put, method: .put, operation: .createContainer, permission: "")
            call.headers = [HTTPHeader("x-amz-bucket-object-lock-enabled", "true")]
            _ = try await backend(in: .locked).connection.send(call)
        } catch {
            lockProblem = error
        }
    }

    func name(of bucket: Bucket) -> String { "feature-\(bucket)-\(run)" }

    /// The key of `name` at this feature's place.
    func key(_ name: String) -> ObjectKey { ObjectKey(place + name) }

    func settings(_ configure: (inout S3Settings) -> Void = { _ in }) -> S3Settings {
        var settings = S3Settings(provider: store.provider)
        settings.endpoint = store.endpoint
        settings.region = "us-east-1"
        settings.accessKeyID = "testkey"
        configure(&settings)
        return settings
    }

    func backend(
        in bucket: Bucket = .plain, signedBy credentials: (any CredentialSource)? = nil,
        ledger: RequestLedger = RequestLedger(), _ configure: (inout S3Settings) -> Void = { _ in }
    ) -> S3Backend {
        S3Backend(
            bucket: name(of: bucket), settings: settings(configure), credentials: credentials ?? self.credentials,
            client: client, ledger: ledger)
    }

    /// Everything at this feature's place.
    func entries(_ backend: S3Backend) async throws -> [Entry] { try await backend.entries(under: ObjectKey(place)) }

    /// Writes `parts` to `key` as an upload.
    @discardableResult
    func upload(
        _ parts: [[UInt8]], to key: ObjectKey, of backend: S3Backend, _ options: WriteOptions = WriteOptions()
    ) async throws -> Entry {
        let size = parts.reduce(0) { $0 + $1.count }
        let session = try await backend.beginUpload(
            to: key, size: Int64(size), partSize: Int64(Self.partSize), options)
        do {
            var receipts: [PartReceipt] = []
            for (index, part) in parts.enumerated() {
                receipts.append(try await session.upload(index + 1, at: Int64(index * Self.partSize), PartBuffer(part)))
            }
            return try await session.complete(receipts, expected: nil)
        } catch {
            try? await session.abort()
            throw error
        }
    }

    /// The least that a part has which is not the last.
    static let partSize = 5 << 20
    /// The bytes of a part of that size and of a short one.
    static let parts: [[UInt8]] = [
        (UInt8(0)..<5).reduce(into: []) { part, number in
            part += [UInt8](repeating: number, count: (1 << 20) - 1) + [255]
        },
        Array("the last part".utf8),
    ]
    /// The bytes of both.
    static let whole = parts[0] + parts[1]

    /// Whether both are the same bytes; in no time, also without optimization.
    static func areSame(_ a: [UInt8], _ b: [UInt8]) -> Bool { Digest.of(a, .sha256) == Digest.of(b, .sha256) }

    /// Removes the buckets again, as far as that can be.
    func dispose() async {
        for bucket in Bucket.allCases {
            let backend = backend(in: bucket)
            await backend.unlockAndDeleteVersions()
            try? await backend.empty()
            try? await backend.removeContainer(.root)
        }
        client.shutdown()
    }
}

extension S3Backend {
    /// Gives the bucket, or an object, the configuration `name`.
    func configure(
        _ name: String, of key: ObjectKey? = nil, version: String? = nil, _ document: String
    ) async throws(StorageError) {
        var call = S3Call(kind: .put, method: .put, operation: .validate, permission: "", key: key)
        call.query.add(name)
        if let version { call.query.add("versionId", version) }
        call.carry(Array(document.utf8), provenBy: .md5)
        _ = try await connection.send(call)
    }

    /// Deletes every version, held and retained ones too.
    fileprivate func unlockAndDeleteVersions() async {
        guard let versions = try? await versions() else { return }
        for entry in versions {
            if entry.metadata?.lock?.hasLegalHold ?? (entry.kind == .object) {
                try? await configure(
                    "legal-hold", of: entry.key, version: entry.version, "<LegalHold><Status>OFF</Status></LegalHold>")
            }
            var call = S3Call(kind: .delete, method: .delete, operation: .delete, permission: "", key: entry.key)
            if let version = entry.version { call.query.add("versionId", version) }
            call.headers = [HTTPHeader("x-amz-bypass-governance-retention", "true")]
            _ = try? await connection.send(call)
        }
    }

    /// All versions and delete markers whose keys begin with `prefix`.
    func versions(under prefix: ObjectKey = .root) async throws(StorageError) -> [Entry] {
        var request = ListRequest(prefix: prefix, order: capabilities.listingOrders[0])
        request.versions = .all
        return try await everything(request).entries
    }
}
