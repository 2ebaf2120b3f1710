// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel
import StorageTestKit

@testable import BackendS3

extension Feature {
    /// No byte passes through this machine.
    static let copies = [
        Feature("copies", copy),
        Feature("copies with other metadata", replacing),
        Feature("copies in parts", copyInParts),
        Feature("copies in parts of keys with `%` or `+`", copyEscapedInParts),
    ]

    private static func copy(_ scene: FeatureScene) async throws -> FeatureOutcome {
        let backend = scene.backend(), key = scene.key("so urce+%41")
        let options = WriteOptions(
            metadata: ObjectMetadata(contentType: "text/x-a", user: [.init(name: "colour", value: "blue")]),
            modified: Timestamp(seconds: 7))
        try await backend.put([1, 2, 3], at: key, options)
        let source = try await backend.stat(key, version: nil)
        // Within the bucket, and into another one.
        for target in [backend, scene.backend(in: .versioned)] {
            _ = try await target.copy(backend.copySource(source), to: scene.key("copy"), WriteOptions())
            try expectEqual(try await target.get(scene.key("copy")), [1, 2, 3], "the copy")
            let copied = try await target.stat(scene.key("copy"), version: nil)
            try expectEqual(copied.metadata?.user, source.metadata?.user, "the copy's metadata")
            try expectEqual(copied.metadata?.contentType, "text/x-a", "the copy's type")
            try expectEqual(copied.modified, source.modified, "the copy's time")
        }
        return .proven
    }

    private static func replacing(_ scene: FeatureScene) async throws -> FeatureOutcome {
        let backend = scene.backend()
        try await backend.put(
            [1], at: scene.key("source"),
            WriteOptions(metadata: ObjectMetadata(contentType: "text/a", user: [.init(name: "a", value: "1")])))
        let source = try await backend.stat(scene.key("source"), version: nil)
        let options = WriteOptions(
            metadata: ObjectMetadata(contentType: "text/b", user: [.init(name: "b", value: "2")]),
            modified: Timestamp(seconds: 8), replacesMetadata: true)
        _ = try await backend.copy(backend.copySource(source), to: scene.key("copy"), options)
        let copied = try await backend.stat(scene.key("copy"), version: nil)
        try expectEqual(copied.metadata?.user, options.metadata.user, "the copy's metadata")
        try expectEqual(copied.metadata?.contentType, "text/b", "the copy's type")
        try expectEqual(copied.modified, options.modified, "the copy's time")
        return .proven
    }

    private static func copyInParts(_ scene: FeatureScene) async throws -> FeatureOutcome {
        let backend = scene.backend(), content = FeatureScene.whole
        try await backend.put(content, at: scene.key("source"))
        let source = try await backend.stat(scene.key("source"), version: nil)
        let partSize = Int64(FeatureScene.partSize)
        let session = try await backend.beginUpload(
            to: scene.key("copy"), size: source.size, partSize: partSize, WriteOptions())
        guard scene.provider.copiesParts else {
            let outcome = try await refusal(.unsupported) {
                _ = try await session.copy(1, from: backend.copySource(source), range: 0..<partSize)
            }
            try await session.abort()
            return outcome
        }
        let receipts = [
            try await session.copy(1, from: backend.copySource(source), range: 0..<partSize),
            try await session.copy(2, from: backend.copySource(source), range: partSize..<source.size),
        ]
        _ = try await session.complete(receipts, expected: nil)
        try expect(FeatureScene.areSame(try await backend.get(scene.key("copy")), content), "other bytes came back")
        return .proven
    }

    private static func copyEscapedInParts(_ scene: FeatureScene) async throws -> FeatureOutcome {
        let backend = scene.backend(), key = scene.key("a%41+b")
        try await backend.put([1, 2, 3], at: key)
        let source = try await backend.stat(key, version: nil)
        let session = try await backend.beginUpload(to: scene.key("copy"), size: 3, partSize: 3, WriteOptions())
        guard backend.capabilities.copiesParts(of: key) else {
            let outcome = try await refusal(.unsupported) {
                _ = try await session.copy(1, from: backend.copySource(source), range: 0..<3)
            }
            try await session.abort()
            return outcome
        }
        let receipt = try await session.copy(1, from: backend.copySource(source), range: 0..<3)
        _ = try await session.complete([receipt], expected: nil)
        try expectEqual(try await backend.get(scene.key("copy")), [1, 2, 3], "the copy")
        return .proven
    }

    /// A proof that `body` ends in an error of one of `kinds` which says why and is not worth another attempt.
    static func refusal(
        _ kinds: StorageError.Kind..., file: StaticString = #fileID, line: UInt = #line, _ body: () async throws -> Void
    ) async throws -> FeatureOutcome {
        do {
            try await body()
        } catch let error as StorageError {
            try expect(
                kinds.contains(error.kind) && !error.isTransient, "not refused but: \(error)", file: file, line: line)
            try expect(
                !error.message.isEmpty || error.advice != nil, "a refusal without a word", file: file, line: line)
            return .refused(error)
        }
        throw CheckFailure("nothing was refused", file: file, line: line)
    }
}
