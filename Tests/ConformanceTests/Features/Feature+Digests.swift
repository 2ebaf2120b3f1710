// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Digests
import HTTPTransport
import StorageModel
import StorageTestKit

@testable import BackendS3

extension Feature {
    /// The store's own proof of what it was sent.
    static let digests =
        algorithms.map { name, algorithm in
            Feature("\(name): a wrong one is refused") { try await refusesWrong(algorithm, $0) }
        }
        + algorithms.map { name, algorithm in
            Feature("\(name): is given back") { try await givesBack(algorithm, $0) }
        } + [Feature("a digest of uploads in parts is given back", givesBackOfUploads)]

    private static let algorithms: [(String, ChecksumAlgorithm)] = [
        ("MD5", .md5), ("CRC32", .crc32), ("CRC32C", .crc32c), ("CRC64NVME", .crc64nvme), ("SHA-1", .sha1),
        ("SHA-256", .sha256),
    ]

    private static func refusesWrong(
        _ algorithm: ChecksumAlgorithm, _ scene: FeatureScene
    ) async throws -> FeatureOutcome {
        let backend = scene.backend(), key = scene.key("object"), content = Array("hello".utf8)
        var call = S3Call(kind: .put, method: .put, operation: .write, permission: "", key: key)
        call.headers = [ChecksumText.header(algorithm, Digest.of(Array("other".utf8), algorithm))]
        call.body = .bytes(content)
        // Signed with the digest of what is sent, so that this one is the only one that is wrong.
        call.payload = PayloadHash.of(content)
        do {
            _ = try await backend.connection.send(call)
        } catch {
            try expectEqual(error.kind, .corrupted, "the refusal (\(error))")
            try await expectError(.notFound, during: "a stat of what was refused") {
                try await backend.stat(key, version: nil)
            }
            return .proven
        }
        let isNeeded = scene.provider.uploadChecksum == algorithm && !scene.store.checksNothing
        try expect(!isNeeded, "the provider's own digest is not checked")
        return .ignored
    }

    private static func givesBack(
        _ algorithm: ChecksumAlgorithm, _ scene: FeatureScene
    ) async throws -> FeatureOutcome {
        let backend = scene.backend { $0.checksumAlgorithm = algorithm.rawValue }
        let key = scene.key("object"), content = Array("hello".utf8)
        try await backend.put(content, at: key)
        let entry = try await backend.read(key, ReadOptions(), into: PartBuffer(capacity: 10))
        let found = algorithm == .md5 ? entry.tag?.lookalike : entry.checksums.first { $0.algorithm == algorithm }
        guard let found else { return .ignored }
        try expectEqual(found, Digest.checksum(of: content, algorithm), "the digest")
        return .proven
    }

    private static func givesBackOfUploads(_ scene: FeatureScene) async throws -> FeatureOutcome {
        let backend = scene.backend(), key = scene.key("object"), parts = FeatureScene.parts
        try await scene.upload(parts, to: key, of: backend)
        let entry = try await backend.stat(key, version: nil)
        guard let found = entry.checksums.first ?? entry.tag?.lookalike else { return .ignored }
        let wanted =
            found.parts == nil
            ? Digest.checksum(of: FeatureScene.whole, found.algorithm)
            : Digest.composite(parts.map { Digest.of($0, found.algorithm) }, found.algorithm)
        try expectEqual(found, wanted, "the digest")
        return .proven
    }
}
