// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Digests
import StorageModel
import StorageTestKit

@testable import BackendS3

extension Feature {
    /// Bytes go there and come back.
    static let objects = [
        Feature("whole objects, proven by a digest", whole),
        Feature("ranges of objects", ranges),
        Feature("uploads in parts", inParts),
        Feature("uploads that another process goes on with", resumed),
        Feature("unfinished uploads are listed and given up", unfinished),
        Feature("many deletions in one request", manyDeletions),
        Feature("buckets are made, listed and removed", buckets),
    ]

    private static func whole(_ scene: FeatureScene) async throws -> FeatureOutcome {
        let backend = scene.backend(), key = scene.key("object"), other = scene.key("other")
        let content = Array("hello world".utf8), digest = Digest.checksum(of: content, .md5)
        let written = try await backend.put(content, at: key, WriteOptions(expected: digest))
        let entry = try await backend.stat(key, version: nil)
        try expectEqual(entry.size, 11, "the size")
        try expectEqual(entry.tag, written.tag, "the tag")
        try expectEqual(try await backend.get(key), content, "the object")
        try await expectError(.corrupted, during: "a write of other bytes than those expected") {
            try await backend.put(content + [0], at: other, WriteOptions(expected: digest))
        }
        try await expectError(.notFound, during: "a stat of what was not written") {
            try await backend.stat(other, version: nil)
        }
        try await backend.put([], at: other)
        try expectEqual(try await backend.get(other), [], "the empty object")
        try expectEqual(try await scene.entries(backend).map(\.size), [11, 0], "the sizes that are listed")
        return .proven
    }

    private static func ranges(_ scene: FeatureScene) async throws -> FeatureOutcome {
        let backend = scene.backend(), key = scene.key("object"), content = Array("hello world".utf8)
        try await backend.put(content, at: key)
        for range in [0..<1, 3..<7, 6..<11, 0..<11, 10..<100] as [Range<Int64>] {
            let buffer = PartBuffer(capacity: 100)
            let entry = try await backend.read(key, ReadOptions(range: range), into: buffer)
            let clamped = range.clamped(to: 0..<11)
            try expectEqual(
                buffer.array, Array(content[Int(clamped.lowerBound)..<Int(clamped.upperBound)]), "bytes \(range)")
            try expectEqual(entry.size, 11, "the whole size")
        }
        return .proven
    }

    private static func inParts(_ scene: FeatureScene) async throws -> FeatureOutcome {
        let backend = scene.backend(), key = scene.key("large file~1"), parts = FeatureScene.parts
        let made = try await scene.upload(parts, to: key, of: backend)
        let entry = try await backend.stat(key, version: nil)
        try expectEqual(entry.size, Int64(FeatureScene.whole.count), "the size")
        try expectEqual(entry.tag, made.tag, "the tag")
        if scene.provider.multipartTagIsComposite {
            try expectEqual(
                entry.tag?.lookalike, Digest.composite(parts.map { Digest.of($0, .md5) }), "the tag as a digest")
        }
        try expect(FeatureScene.areSame(try await backend.get(key), FeatureScene.whole), "other bytes came back")
        try expectEqual(try await backend.unfinishedUploads(under: key), [], "uploads that are left")
        return .proven
    }

    private static func resumed(_ scene: FeatureScene) async throws -> FeatureOutcome {
        let backend = scene.backend(), key = scene.key("large"), parts = FeatureScene.parts
        let size = Int64(FeatureScene.whole.count), partSize = Int64(FeatureScene.partSize)
        let begun = try await backend.beginUpload(to: key, size: size, partSize: partSize, WriteOptions())
        let first = try await begun.upload(1, at: 0, PartBuffer(parts[0]))
        await begun.suspend()
        let resumed = try await scene.backend().resumeUpload(
            begun.token, to: key, size: size, partSize: partSize, WriteOptions())
        var wrong = first
        wrong.number = 2
        try expectEqual(try await resumed.verified([first, wrong]), [first], "parts that are there")
        let last = try await resumed.upload(2, at: partSize, PartBuffer(parts[1]))
        _ = try await resumed.complete([first, last], expected: nil)
        try expect(FeatureScene.areSame(try await backend.get(key), FeatureScene.whole), "other bytes came back")
        return .proven
    }

    private static func unfinished(_ scene: FeatureScene) async throws -> FeatureOutcome {
        let backend = scene.backend(), keys = ["a b", "c/d+"].map { scene.key($0) }
        for key in keys {
            let session = try await backend.beginUpload(to: key, size: 3, partSize: 3, WriteOptions())
            _ = try await session.upload(1, at: 0, PartBuffer([1, 2, 3]))
        }
        let found = try await backend.unfinishedUploads(under: scene.key(""))
        try expectEqual(found.map(\.key).sorted(), keys, "the uploads that are listed")
        for upload in found { try await backend.abort(upload) }
        try expectEqual(try await backend.unfinishedUploads(under: scene.key("")), [], "uploads that were given up")
        try expectEqual(try await scene.entries(backend).map(\.key), [], "objects")
        return .proven
    }

    private static func manyDeletions(_ scene: FeatureScene) async throws -> FeatureOutcome {
        let ledger = RequestLedger(), backend = scene.backend(ledger: ledger)
        let keys = ["a", "b c", "d&<e>", "f+%41", "missing"].map { scene.key($0) }
        for key in keys.dropLast() { try await backend.put([1], at: key) }
        let outcomes = try await backend.delete(keys.map { Deletion(key: $0) })
        try expectEqual(outcomes.compactMap { $0.error?.message }, [], "failed deletions")
        try expectEqual(try await scene.entries(backend).map(\.key), [], "what is left")
        if scene.provider.deleteBatchMax == 1 { return .byGodwit }
        try expectEqual(ledger[.delete], 1, "requests")
        return .proven
    }

    private static func buckets(_ scene: FeatureScene) async throws -> FeatureOutcome {
        let name = "feature-made-\(scene.run)"
        let backend = S3Backend(
            bucket: name, settings: scene.settings(), credentials: scene.credentials, client: scene.client,
            ledger: RequestLedger())
        try expectEqual(try await backend.containerExists(), false, "the bucket is there before")
        try await backend.createContainer()
        try await backend.createContainer()
        try expectEqual(try await backend.containerExists(), true, "the bucket is there")
        let account = S3Account(
            settings: scene.settings(), credentials: scene.credentials, client: scene.client, ledger: RequestLedger())
        try expect(try await account.buckets().contains { $0.name == name }, "the bucket is not listed")
        try await backend.put([1], at: ObjectKey("k"))
        try await expectError(.preconditionFailed, during: "the removal of a full bucket") {
            try await backend.removeContainer(.root)
        }
        try await backend.empty()
        try await backend.removeContainer(.root)
        try expectEqual(try await backend.containerExists(), false, "the bucket is there after")
        return .proven
    }
}
