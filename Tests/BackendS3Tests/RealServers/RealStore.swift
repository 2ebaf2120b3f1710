// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTransport
import StorageModel
import Testing

@testable import BackendS3

/// A real S3 server that the environment names.
struct RealStore: Sendable, CustomTestStringConvertible {
    var name: String
    var provider: Provider
    var endpoint: String
    /// What this make is known to do otherwise.
    var quirks: Quirks
    var certificates: String?

    struct Quirks: OptionSet, Sendable {
        let rawValue: Int
        /// Keys with line breaks are lost.
        static let losesLineBreaks = Quirks(rawValue: 1)
        /// Signatures are not checked.
        static let checksNoSignature = Quirks(rawValue: 2)
        /// `//`, a leading `/`, `\` and dot components are rewritten or refused.
        static let rewritesPaths = Quirks(rawValue: 4)
        /// ListObjects with a delimiter repeats common prefixes on every page.
        static let repeatsPrefixes = Quirks(rawValue: 8)
    }

    var testDescription: String { name }

    static let all: [RealStore] = {
        let environment = ProcessInfo.processInfo.environment
        func store(
            _ variable: String, _ provider: Provider, _ quirks: Quirks = [], certificates: String? = nil
        ) -> RealStore? {
            environment[variable].map {
                RealStore(
                    name: String(variable.dropFirst("GODWIT_TEST_".count)), provider: provider, endpoint: $0,
                    quirks: quirks, certificates: certificates)
            }
        }
        return [
            store("GODWIT_TEST_SEAWEEDFS", .seaweedFS, .rewritesPaths),
            store("GODWIT_TEST_SEAWEEDFS_TLS", .seaweedFS, .rewritesPaths, certificates: environment["GODWIT_TEST_CA"]),
            store("GODWIT_TEST_MOTO", moto, [.losesLineBreaks, .checksNoSignature, .repeatsPrefixes]),
            store("GODWIT_TEST_MINISTACK", ministack, .checksNoSignature),
            store("GODWIT_TEST_CEPH", .ceph),
        ].compactMap(\.self)
    }()

    /// MiniStack ignores conditions on the targets of copies.
    private static let ministack: Provider = {
        var provider = Provider.aws
        provider.copiesHonourConditions = false
        return provider
    }()

    /// moto ignores conditions on both ends of copies and composes no full-object checksums.
    private static let moto: Provider = {
        var provider = Provider.aws
        provider.conditions.remove(.copySourceIfMatch)
        provider.copiesHonourConditions = false
        provider.uploadChecksum = .md5
        return provider
    }()

    /// A new bucket, removed with all that is in it afterwards.
    func use(
        configure: (inout S3Settings) -> Void = { _ in }, secret: String = "testsecret", bucket given: String? = nil,
        _ body: (S3Backend) async throws -> Void
    ) async throws {
        var settings = S3Settings(provider: provider)
        settings.endpoint = endpoint
        settings.region = "us-east-1"
        settings.accessKeyID = "testkey"
        configure(&settings)
        var configuration = HTTPConfiguration()
        configuration.caFile = certificates
        let client = HTTPClient(configuration)
        defer { client.shutdown() }
        let bucket = given ?? "godwit-\(UInt32.random(in: 0 ... .max))"
        let backend = S3Backend(
            bucket: bucket, settings: settings,
            credentials: StaticCredentials(Credentials(accessKeyID: "testkey", secretAccessKey: secret)),
            client: client, ledger: RequestLedger())
        if given == nil { try await backend.createContainer() }
        do {
            try await body(backend)
        } catch {
            if given == nil { try? await Self.empty(backend) }
            throw error
        }
        if given == nil { try await Self.empty(backend) }
    }

    private static func empty(_ backend: S3Backend) async throws {
        for upload in try await backend.unfinishedUploads(under: .root) { try await backend.abort(upload) }
        let keys = try await entries(backend).map { Deletion(key: $0.key) }
        for start in stride(from: 0, to: keys.count, by: 1000) {
            _ = try await backend.delete(Array(keys[start..<min(start + 1000, keys.count)]))
        }
        try await backend.removeContainer(.root)
    }

    /// Everything that a listing gives.
    static func entries(
        _ backend: S3Backend, prefix: String = "", after: String? = nil, delimiter: Bool = false
    ) async throws -> [Entry] {
        let listing = backend.list(
            ListRequest(
                prefix: ObjectKey(prefix), after: after.map { ObjectKey($0) },
                delimiter: delimiter ? UInt8(ascii: "/") : nil, order: backend.capabilities.listingOrders[0]))
        var entries: [Entry] = []
        while let page = try await listing.next() { entries += page.entries }
        return entries
    }
}
