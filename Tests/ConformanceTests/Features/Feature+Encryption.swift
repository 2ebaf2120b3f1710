// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel
import StorageTestKit

@testable import BackendS3

extension Feature {
    /// Nothing lies there in the clear.
    static let encryption = [
        Feature("encryption by the store's keys (SSE-S3)") { scene in
            try await encrypts(scene, "AES256") { $0.serverSideEncryption = "AES256" }
        },
        Feature("encryption by keys of KMS (SSE-KMS)") { scene in
            try await encrypts(scene, "aws:kms") {
                $0.serverSideEncryption = "aws:kms"
                $0.sseKMSKeyID = scene.store.kmsKey
            }
        },
        Feature("copies encrypted by keys of KMS", copies),
        Feature("encryption by a key of one's own (SSE-C)", ownKey),
        Feature("encryption by a key of one's own, in parts", ownKeyInParts),
        Feature("copies from one key of one's own to another", toAnotherKey),
    ]

    /// Written whole and in parts, everything says that it is encrypted in the way that was asked for.
    private static func encrypts(
        _ scene: FeatureScene, _ way: String, _ configure: (inout S3Settings) -> Void
    ) async throws -> FeatureOutcome {
        let backend = scene.backend(configure)
        do {
            try await backend.put([1, 2, 3], at: scene.key("whole"))
            try await scene.upload([[1, 2, 3]], to: scene.key("parts"), of: backend)
        } catch let error as StorageError {
            try expect(!error.isTransient, "not refused but: \(error)")
            return .refused(error)
        }
        for key in ["whole", "parts"] { try await expectEncrypted(scene.key(key), way, backend) }
        return .proven
    }

    private static func expectEncrypted(_ key: ObjectKey, _ way: String, _ backend: S3Backend) async throws {
        try expectEqual(try await backend.get(key), [1, 2, 3], "the object")
        let headers = try await backend.connection.objectHeaders(of: key, version: nil)
        try expectEqual(headers.serverSideEncryption, way, "the encryption of \(key)")
    }

    /// Of an object in the clear, whole and in parts.
    private static func copies(_ scene: FeatureScene) async throws -> FeatureOutcome {
        let backend = scene.backend {
            $0.serverSideEncryption = "aws:kms"
            $0.sseKMSKeyID = scene.store.kmsKey
        }
        try await scene.backend().put([1, 2, 3], at: scene.key("source"))
        let source = backend.copySource(try await scene.backend().stat(scene.key("source"), version: nil))
        let session = try await backend.beginUpload(to: scene.key("parts"), size: 3, partSize: 3, WriteOptions())
        let part = try await session.copy(1, from: source, range: 0..<3)
        _ = try await session.complete([part], expected: nil)
        try await expectEncrypted(scene.key("parts"), "aws:kms", backend)
        do {
            _ = try await backend.copy(source, to: scene.key("copy"), WriteOptions())
        } catch {
            try expect(error.kind == .unsupported, "not refused but: \(error)")
            return .refused(error)
        }
        try await expectEncrypted(scene.key("copy"), "aws:kms", backend)
        return .proven
    }

    private static let one = CustomerKey(Array("0123456789abcdef0123456789abcdef".utf8))
    private static let two = CustomerKey(Array("abcdefghijklmnopqrstuvwxyz012345".utf8))

    /// Reads the object by its `key`, and by others, which must not open it.
    private static func expectSealed(
        _ object: ObjectKey, by key: CustomerKey?, _ content: [UInt8], _ scene: FeatureScene
    ) async throws -> FeatureOutcome {
        let read = try await scene.backend { $0.customerKey = key }.get(object)
        try expect(FeatureScene.areSame(read, content), "the key opens something else")
        var isOpen = false
        for other in [nil, key == one ? two : one] {
            let read = try? await scene.backend { $0.customerKey = other }.get(object)
            isOpen = isOpen || read != nil
        }
        try expect(!isOpen || scene.store.checksNothing, "it opens without its key")
        return isOpen ? .ignored : .proven
    }

    private static func ownKey(_ scene: FeatureScene) async throws -> FeatureOutcome {
        let backend = scene.backend { $0.customerKey = one }, key = scene.key("object")
        do {
            try await backend.put([1, 2, 3], at: key)
        } catch {
            try expect(!error.isTransient, "not refused but: \(error)")
            return .refused(error)
        }
        return try await expectSealed(key, by: one, [1, 2, 3], scene)
    }

    private static func ownKeyInParts(_ scene: FeatureScene) async throws -> FeatureOutcome {
        let backend = scene.backend { $0.customerKey = one }, key = scene.key("object")
        do {
            try await scene.upload(FeatureScene.parts, to: key, of: backend)
        } catch let error as StorageError {
            try expect(!error.isTransient, "not refused but: \(error)")
            return .refused(error)
        }
        return try await expectSealed(key, by: one, FeatureScene.whole, scene)
    }

    private static func toAnotherKey(_ scene: FeatureScene) async throws -> FeatureOutcome {
        let source = scene.backend { $0.customerKey = one }, target = scene.backend { $0.customerKey = two }
        do {
            try await source.put([1, 2, 3], at: scene.key("source"))
        } catch {
            try expect(!error.isTransient, "not refused but: \(error)")
            return .refused(error)
        }
        let entry = try await source.stat(scene.key("source"), version: nil)
        do {
            _ = try await target.copy(source.copySource(entry), to: scene.key("copy"), WriteOptions())
        } catch {
            try expect(error.kind == .unsupported, "not refused but: \(error)")
            return .refused(error)
        }
        let outcome = try await expectSealed(scene.key("copy"), by: two, [1, 2, 3], scene)
        var wrong = source.copySource(entry)
        wrong.customerKey = two
        let error = try? await refusal(.unexpected, .permissionDenied, .unsupported, .preconditionFailed) {
            _ = try await target.copy(wrong, to: scene.key("wrong"), WriteOptions())
        }
        try expect(
            error != nil || scene.store.checksNothing, "a copy with the wrong key of the source is not refused")
        return outcome
    }
}
