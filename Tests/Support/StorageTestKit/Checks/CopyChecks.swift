// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

extension ConformanceCheck {
    static let copies: [ConformanceCheck] = [
        ConformanceCheck("server-side copies are whole", when: { $0.serverSideCopyMax != nil }, copy),
        ConformanceCheck("server-side copies can change metadata", when: { $0.serverSideCopyMax != nil }, replace),
        ConformanceCheck(
            "a copy of a changed source is refused",
            when: { $0.serverSideCopyMax != nil && $0.conditions.contains(.copySourceIfMatch) }, changedSource),
        ConformanceCheck("parts are copied server-side", when: { $0.copiesParts && $0.multipart != nil }, parts),
        ConformanceCheck(
            "a store without copies says so", when: { $0.serverSideCopyMax == nil }, refusal),
    ]

    private static let key = ObjectKey("from/a b+c%\u{e9}")
    private static let target = ObjectKey("to/copy of a b+c%\u{e9}")

    /// A key without the characters that a capability may exclude.
    private static let plainKey = ObjectKey("from/a b~c\u{e9}")

    private static func source(_ context: CheckContext, _ key: ObjectKey = key) async throws -> CopySource {
        CopySource(
            container: context.backend.identity.container, entry: try await context.backend.stat(key, version: nil))
    }

    private static func copy(_ context: CheckContext) async throws {
        let metadata = ObjectMetadata(contentType: "text/x-kit", user: [.init(name: "kit", value: "copied")])
        let time = Timestamp(seconds: 1_400_000_000)
        try await context.backend.put(
            [1, 2, 3, 4], at: key, WriteOptions(metadata: metadata, modified: time))
        for backend in [context.backend, context.opened.sibling].compactMap({ $0 }) {
            try expect(backend.canCopyServerSide(from: context.backend), "a sibling that cannot copy")
            let entry = try await backend.copy(try await source(context), to: target, WriteOptions())
            try expectEqual(entry.size, 4, "the size that copy returns")
            try expectEqual(try await backend.get(target), [1, 2, 3, 4], "the copy")
            let stat = try await backend.stat(target, version: nil)
            if backend.capabilities.attributes.contains(.metadata) {
                try expectEqual(stat.metadata, metadata, "the copy's metadata")
            }
            if backend.capabilities.timePrecision != nil {
                try expectEqual(stat.modified, time, "the copy's modification time")
            }
        }
        let absent = Entry(key: ObjectKey("from/nothing"), size: 1)
        try await expectError(.notFound, during: "a copy of an absent object") {
            try await context.backend.copy(
                CopySource(container: context.backend.identity.container, entry: absent), to: target, WriteOptions())
        }
    }

    private static func replace(_ context: CheckContext) async throws {
        try await context.backend.put(
            [7], at: key, WriteOptions(metadata: ObjectMetadata(contentType: "text/x-old")))
        let metadata = ObjectMetadata(contentType: "text/x-new", user: [.init(name: "kit", value: "new")])
        let time = Timestamp(seconds: 1_300_000_000, nanoseconds: 500_000_000)
        let options = WriteOptions(metadata: metadata, modified: time, replacesMetadata: true)
        _ = try await context.backend.copy(try await source(context), to: target, options)
        let stat = try await context.backend.stat(target, version: nil)
        if context.capabilities.attributes.contains(.metadata) {
            try expectEqual(stat.metadata, metadata, "the replaced metadata")
        }
        if context.capabilities.timePrecision != nil { try expectEqual(stat.modified, time, "the replaced time") }
        try expectEqual(try await context.backend.get(target), [7], "the copy")
    }

    private static func changedSource(_ context: CheckContext) async throws {
        try await context.backend.put([1], at: key)
        let stale = try await source(context)
        try await context.backend.put([2], at: key)
        try await expectError(.preconditionFailed, during: "a copy of a changed source") {
            try await context.backend.copy(stale, to: target, WriteOptions())
        }
        try await expectError(.notFound, during: "the target of a refused copy") {
            try await context.backend.stat(target, version: nil)
        }
    }

    private static func parts(_ context: CheckContext) async throws {
        let partSize = Int(max(context.capabilities.multipart?.partMin ?? 1, 1000))
        var random = SeededRandom(seed: 41)
        var content = random.bytes(1000)
        while content.count < partSize + 500 { content += content }
        content.removeLast(content.count - partSize - 500)
        let key = context.capabilities.copiesParts(of: key) ? key : plainKey
        try await context.backend.put(content, at: key)
        let source = try await source(context, key)
        for backend in [context.backend, context.opened.sibling].compactMap({ $0 }) {
            let session = try await backend.beginUpload(
                to: target, size: Int64(content.count), partSize: Int64(partSize), WriteOptions())
            let second = try await session.copy(2, from: source, range: Int64(partSize)..<Int64(content.count))
            let first = try await session.copy(1, from: source, range: 0..<Int64(partSize))
            try expectEqual(first.size, Int64(partSize), "a copied part's size")
            _ = try await session.complete([first, second], expected: nil)
            try expect(try await backend.get(target) == content, "the object is not its copied parts")
            guard !context.capabilities.copiesPartsOfEscapedKeys else { continue }
            var other = source
            other.entry.key = Self.key
            let refused = try await backend.beginUpload(
                to: target, size: Int64(content.count), partSize: Int64(partSize), WriteOptions())
            try await expectError(.unsupported, during: "a part of a key that the store would misread") {
                try await refused.copy(1, from: other, range: 0..<Int64(partSize))
            }
            try await refused.abort()
        }
    }

    private static func refusal(_ context: CheckContext) async throws {
        try await context.backend.put([1], at: key)
        let source = try await source(context)
        try await expectError(.unsupported, during: "a server-side copy") {
            try await context.backend.copy(source, to: target, WriteOptions())
        }
        try expect(
            !context.backend.canCopyServerSide(from: context.backend), "a copy that is not to be had is promised")
        try expectEqual(try await context.backend.entries().map(\.key), [key], "what a refused copy leaves")
    }
}
