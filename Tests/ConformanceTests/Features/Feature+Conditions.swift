// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel
import StorageTestKit

@testable import BackendS3

extension Feature {
    private typealias Conditions = Capabilities.Conditions

    /// Nobody's change is overwritten unseen.
    static let conditions = [
        condition("writes where nothing is (If-None-Match)", .writeIfAbsent, writesIfAbsent) { scene in
            try await refusal(.unsupported) {
                try await scene.backend().put([1], at: scene.key("refused"), WriteOptions(precondition: .absent))
            }
        },
        Feature("writes where nothing is, in a bucket with versions") { scene in
            let backend = scene.backend(in: .versioned)
            guard backend.capabilities.conditions.contains(.writeIfAbsent) else {
                return try await refusal(.unsupported) {
                    try await backend.put([1], at: scene.key("refused"), WriteOptions(precondition: .absent))
                }
            }
            // Nothing is lost where it is not: what was there stays as an earlier version.
            return try await fails(twice: backend, scene.key("twice")) ? .proven : .ignored
        },
        condition("writes over a known state (If-Match)", .writeIfMatch, writesIfMatch) { scene in
            let options = WriteOptions(precondition: .matches(VersionTag("0")))
            return try await refusal(.unsupported) {
                try await scene.backend().put([1], at: scene.key("refused"), options)
            }
        },
        condition("uploads in parts where nothing is", .completeIfAbsent, completesIfAbsent) { scene in
            try await refusal(.unsupported) {
                _ = try await scene.backend().beginUpload(
                    to: scene.key("refused"), size: 3, partSize: 3, WriteOptions(precondition: .absent))
            }
        },
        condition("copies of a known state", .copySourceIfMatch, copiesIfMatch) { scene in
            try await copiesIfMatch(scene, scene.backend(), "looked") ? .byGodwit : .ignored
        },
        Feature("copies where nothing is", copiesIfAbsent),
        condition("deletions of a known state", .deleteIfMatch, deletesIfMatch) { _ in
            // Whoever deletes looks first where the capability is not there.
            .ignored
        },
        condition("reads of a known state", .readIfMatch, readsIfMatch) { _ in .ignored },
    ]

    /// A condition that the store honours where the provider's data say so, and nowhere else: both are tried.
    private static func condition(
        _ name: String, _ condition: Conditions,
        _ isHonoured: @escaping @Sendable (FeatureScene, S3Backend, String) async throws -> Bool,
        elsewhere: @escaping @Sendable (FeatureScene) async throws -> FeatureOutcome
    ) -> Feature {
        Feature(name) { scene in
            if scene.backend().capabilities.conditions.contains(condition) {
                try expect(try await isHonoured(scene, scene.backend(), "honoured"), "it is not honoured")
                return .proven
            }
            let claimed = scene.backend { $0.provider.conditions.formUnion([condition, .writeIfAbsent]) }
            let isHonoured = (try? await isHonoured(scene, claimed, "claimed")) ?? false
            try expect(!isHonoured, "it is honoured, and the provider's data say that it is not")
            return try await elsewhere(scene)
        }
    }

    /// Whether `body` was refused because its condition did not hold.
    private static func fails(_ body: () async throws -> Void) async throws -> Bool {
        do {
            try await body()
            return false
        } catch let error as StorageError where error.kind == .preconditionFailed {
            return true
        }
    }

    /// Whether the second of two writes where nothing is to be is refused.
    private static func fails(twice backend: S3Backend, _ key: ObjectKey) async throws -> Bool {
        let options = WriteOptions(precondition: .absent)
        try await backend.put([1], at: key, options)
        return try await fails { try await backend.put([2], at: key, options) }
    }

    private static func writesIfAbsent(
        _ scene: FeatureScene, _ backend: S3Backend, _ name: String
    ) async throws -> Bool {
        let key = scene.key(name), failed = try await fails(twice: backend, key)
        return try await backend.get(key) == [1] && failed
    }

    private static func writesIfMatch(
        _ scene: FeatureScene, _ backend: S3Backend, _ name: String
    ) async throws -> Bool {
        let key = scene.key(name)
        try await backend.put([1], at: key)
        guard let tag = try await backend.stat(key, version: nil).tag else { return false }
        try await backend.put([2], at: key, WriteOptions(precondition: .matches(tag)))
        let failed = try await fails {
            try await backend.put([3], at: key, WriteOptions(precondition: .matches(tag)))
        }
        return try await backend.get(key) == [2] && failed
    }

    private static func completesIfAbsent(
        _ scene: FeatureScene, _ backend: S3Backend, _ name: String
    ) async throws -> Bool {
        let key = scene.key(name), options = WriteOptions(precondition: .absent)
        try await scene.upload([[1, 2, 3]], to: key, of: backend, options)
        let failed = try await fails { try await scene.upload([[4, 5, 6]], to: key, of: backend, options) }
        return try await backend.get(key) == [1, 2, 3] && failed
    }

    private static func copiesIfMatch(
        _ scene: FeatureScene, _ backend: S3Backend, _ name: String
    ) async throws -> Bool {
        let key = scene.key(name), copy = scene.key(name + " copy")
        try await backend.put([1], at: key)
        let stale = try await backend.stat(key, version: nil)
        try await backend.put([2], at: key)
        let failed = try await fails { _ = try await backend.copy(backend.copySource(stale), to: copy, WriteOptions()) }
        let current = try await backend.stat(key, version: nil)
        _ = try await backend.copy(backend.copySource(current), to: copy, WriteOptions())
        return try await backend.get(copy) == [2] && failed
    }

    private static func copiesIfAbsent(_ scene: FeatureScene) async throws -> FeatureOutcome {
        func isHonoured(_ backend: S3Backend, _ name: String) async throws -> Bool {
            let key = scene.key(name), copy = scene.key(name + " copy"), options = WriteOptions(precondition: .absent)
            try await backend.put([1], at: key)
            let source = try await backend.stat(key, version: nil)
            _ = try await backend.copy(backend.copySource(source), to: copy, options)
            try await backend.put([2], at: copy)
            let failed = try await fails { _ = try await backend.copy(backend.copySource(source), to: copy, options) }
            return try await backend.get(copy) == [2] && failed
        }
        try expect(try await isHonoured(scene.backend(), "copied"), "it is not honoured")
        if scene.provider.copiesHonourConditions { return .proven }
        let isOwn =
            (try? await isHonoured(scene.backend { $0.provider.copiesHonourConditions = true }, "claimed")) ?? false
        try expect(!isOwn, "it is honoured, and the provider's data say that it is not")
        return .byGodwit
    }

    private static func deletesIfMatch(
        _ scene: FeatureScene, _ backend: S3Backend, _ name: String
    ) async throws -> Bool {
        let key = scene.key(name)
        try await backend.put([1], at: key)
        let stale = try await backend.stat(key, version: nil).tag
        try await backend.put([2], at: key)
        let refused = try await backend.delete([Deletion(key: key, ifMatch: stale)])[0].error
        guard refused?.kind == .preconditionFailed, try await backend.get(key) == [2] else { return false }
        let tag = try await backend.stat(key, version: nil).tag
        guard try await backend.delete([Deletion(key: key, ifMatch: tag)])[0].error == nil else { return false }
        return try await !backend.entries(under: key).contains { $0.key == key }
    }

    private static func readsIfMatch(
        _ scene: FeatureScene, _ backend: S3Backend, _ name: String
    ) async throws -> Bool {
        let key = scene.key(name)
        try await backend.put([1], at: key)
        let tag = try await backend.stat(key, version: nil).tag
        let buffer = PartBuffer(capacity: 10)
        _ = try await backend.read(key, ReadOptions(ifMatch: tag), into: buffer)
        try await backend.put([2], at: key)
        let failed = try await fails {
            _ = try await backend.read(key, ReadOptions(ifMatch: tag), into: PartBuffer(capacity: 10))
        }
        return buffer.array == [1] && failed
    }
}
