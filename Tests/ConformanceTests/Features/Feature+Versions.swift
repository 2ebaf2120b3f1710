// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel
import StorageTestKit

@testable import BackendS3

extension Feature {
    /// What was overwritten or deleted.
    static let versions = [
        Feature("versions and delete markers are listed", listsVersions),
        Feature("one version is read", readsVersion),
        Feature("one version is deleted, or a delete marker", deletesVersion),
        Feature("an old version is copied", copiesVersion),
        Feature("the bucket as it was at a time", versionAt),
    ]

    /// An object that was overwritten once; both versions, the newer first.
    private static func overwritten(_ scene: FeatureScene) async throws -> (S3Backend, ObjectKey, [Entry]) {
        let backend = scene.backend(in: .versioned), key = scene.key("object")
        try await backend.put([1], at: key)
        try await backend.put([2, 2], at: key)
        let versions = try await backend.versions(under: key)
        try expectEqual(versions.map(\.size), [2, 1], "the sizes of the versions")
        try expectEqual(Set(versions.compactMap(\.version)).count, 2, "their ids")
        return (backend, key, versions)
    }

    private static func listsVersions(_ scene: FeatureScene) async throws -> FeatureOutcome {
        guard scene.provider.listsVersions else { return .ignored }
        try expectEqual(try await scene.backend().keepsVersions(), false, "a bucket keeps versions unasked")
        try expectEqual(try await scene.backend(in: .versioned).keepsVersions(), true, "the bucket keeps versions")
        let (backend, key, versions) = try await overwritten(scene)
        // Times of writing are whole seconds, and some stores order by them.
        try await Task.sleep(for: .milliseconds(1_100))
        _ = try await backend.delete([Deletion(key: key)])
        let all = try await backend.versions(under: scene.key(""))
        try expectEqual(all.map(\.kind), [.deleteMarker, .object, .object], "what is listed")
        try expectEqual(all.dropFirst().map(\.version), versions.map(\.version), "the versions")
        try expectEqual(try await scene.entries(backend).map(\.key), [], "what there is now")
        return .proven
    }

    private static func readsVersion(_ scene: FeatureScene) async throws -> FeatureOutcome {
        let (backend, key, versions) = try await overwritten(scene)
        for (entry, content) in zip(versions, [[2, 2], [1]] as [[UInt8]]) {
            let buffer = PartBuffer(capacity: 10)
            _ = try await backend.read(key, ReadOptions(version: entry.version), into: buffer)
            try expectEqual(buffer.array, content, "the version")
            try expectEqual(
                try await backend.stat(key, version: entry.version).size, Int64(content.count), "the version's size")
        }
        return .proven
    }

    private static func deletesVersion(_ scene: FeatureScene) async throws -> FeatureOutcome {
        let (backend, key, versions) = try await overwritten(scene)
        let gone = try await backend.delete([Deletion(key: key, version: versions[0].version)])
        try expect(gone[0].error == nil, "\(String(describing: gone[0].error))")
        try expectEqual(try await backend.get(key), [1], "the version before")
        _ = try await backend.delete([Deletion(key: key)])
        try await expectError(.notFound, during: "a read of what is deleted") { try await backend.get(key) }
        let marker = try await backend.versions(under: key).first { $0.kind == .deleteMarker }
        _ = try await backend.delete([Deletion(key: key, version: marker?.version)])
        try expectEqual(try await backend.get(key), [1], "what the delete marker hid")
        try expectEqual(try await backend.versions(under: key).map(\.version), [versions[1].version], "what is left")
        return .proven
    }

    private static func copiesVersion(_ scene: FeatureScene) async throws -> FeatureOutcome {
        let (backend, key, versions) = try await overwritten(scene)
        _ = try await backend.copy(backend.copySource(versions[1]), to: scene.key("copy"), WriteOptions())
        try expectEqual(try await backend.get(scene.key("copy")), [1], "the copy")
        try expectEqual(try await backend.get(key), [2, 2], "the current version")
        return .proven
    }

    private static func versionAt(_ scene: FeatureScene) async throws -> FeatureOutcome {
        let (now, key, _) = try await overwritten(scene)
        // Times of writing are whole seconds.
        try await Task.sleep(for: .milliseconds(1_100))
        let moment = SystemClock.now()
        try await Task.sleep(for: .milliseconds(1_900))
        try await now.put([3, 3, 3], at: key)
        try await now.put([4], at: scene.key("later"))
        let then = scene.backend(in: .versioned) { $0.versionAt = moment }
        try expectEqual(try await scene.entries(then).map(\.size), [2], "what was there")
        try expectEqual(try await then.get(key), [2, 2], "the object as it was")
        try await expectError(.notFound, during: "a read of what was not there yet") {
            try await then.get(scene.key("later"))
        }
        return .proven
    }
}
