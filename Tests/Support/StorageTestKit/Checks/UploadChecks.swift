// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Digests
import StorageModel

extension ConformanceCheck {
    static let uploads: [ConformanceCheck] = [
        ConformanceCheck("parts make an object in any order", when: { $0.multipart != nil }, outOfOrder),
        ConformanceCheck("a part may be written again", when: { $0.multipart != nil }, replacedPart),
        ConformanceCheck("an upload is invisible until it is complete", when: { $0.multipart != nil }, invisible),
        ConformanceCheck("an aborted upload leaves nothing", when: { $0.multipart != nil }, abort),
        ConformanceCheck("unfinished uploads can be found and given up", when: { $0.multipart != nil }, unfinished),
        ConformanceCheck(
            "complete if absent is honoured",
            when: { $0.multipart != nil && $0.conditions.contains(.completeIfAbsent) }, completeIfAbsent),
        ConformanceCheck("an upload may begin before its size is known", when: { $0.multipart != nil }, unknownSize),
        ConformanceCheck("multipart keeps time and metadata", when: { $0.multipart != nil }, attributes),
    ]

    private static let key = ObjectKey("parts/of a+whole%41\u{e9}")

    private static func begin(
        _ layout: UploadLayout, _ context: CheckContext, _ options: WriteOptions = WriteOptions()
    ) async throws -> any UploadSession {
        try await context.backend.beginUpload(
            to: key, size: Int64(layout.content.count), partSize: Int64(layout.partSize), options)
    }

    private static func uploadAll(
        _ layout: UploadLayout, _ session: any UploadSession, order: [Int] = [2, 0, 1]
    ) async throws -> [PartReceipt] {
        var receipts = [PartReceipt]()
        for index in order {
            let part = layout.parts[index]
            let receipt = try await session.upload(part.number, at: part.offset, PartBuffer(part.bytes))
            try expectEqual(receipt.number, part.number, "a receipt's number")
            try expectEqual(receipt.size, Int64(part.bytes.count), "a receipt's size")
            receipts.append(receipt)
        }
        return receipts.sorted { $0.number < $1.number }
    }

    private static func outOfOrder(_ context: CheckContext) async throws {
        let layout = UploadLayout(context.capabilities)
        let session = try await begin(layout, context)
        let receipts = try await uploadAll(layout, session)
        let entry = try await session.complete(receipts, expected: nil)
        try expectEqual(entry.size, Int64(layout.content.count), "the size that complete returns")
        try expect(try await context.backend.get(key) == layout.content, "the object is not its parts")
        let stat = try await context.backend.stat(key, version: nil)
        try expectEqual(stat.size, Int64(layout.content.count), "the size of the whole")
        if context.capabilities.tagsAreMD5 {
            let digests = layout.parts.map { Digest.of($0.bytes, .md5) }
            try expectEqual(stat.tag?.lookalike, Digest.composite(digests, .md5), "the composite tag")
        }
        try expectEqual(try await context.backend.entries().map(\.key), [key], "what an upload leaves")
        try expectEqual(try await context.backend.unfinishedUploads(under: .root).count, 0, "unfinished uploads")
    }

    private static func replacedPart(_ context: CheckContext) async throws {
        let layout = UploadLayout(context.capabilities)
        let session = try await begin(layout, context)
        let wrong = [UInt8](repeating: 0xff, count: layout.parts[1].bytes.count)
        _ = try await session.upload(2, at: layout.parts[1].offset, PartBuffer(wrong))
        let receipts = try await uploadAll(layout, session, order: [0, 1, 2])
        _ = try await session.complete(receipts, expected: nil)
        try expect(try await context.backend.get(key) == layout.content, "a replaced part shows")
    }

    private static func invisible(_ context: CheckContext) async throws {
        let layout = UploadLayout(context.capabilities)
        try await context.backend.put([1, 2, 3], at: key)
        let session = try await begin(layout, context)
        let receipts = try await uploadAll(layout, session)
        try expectEqual(try await context.backend.get(key), [1, 2, 3], "the object before completion")
        try expectEqual(try await context.backend.entries().map(\.key), [key], "the listing before completion")
        _ = try await session.complete(receipts, expected: nil)
        try expect(try await context.backend.get(key) == layout.content, "the object after completion")
    }

    private static func abort(_ context: CheckContext) async throws {
        let layout = UploadLayout(context.capabilities)
        let session = try await begin(layout, context)
        _ = try await uploadAll(layout, session)
        try await session.abort()
        try await session.abort()
        try expectEqual(try await context.backend.entries().map(\.key), [], "what an aborted upload leaves")
        try expectEqual(try await context.backend.unfinishedUploads(under: .root).count, 0, "unfinished uploads")
        try await expectError(.notFound, .unexpected, during: "a part of an aborted upload") {
            try await session.upload(1, at: 0, PartBuffer(layout.parts[0].bytes))
        }
    }

    private static func unfinished(_ context: CheckContext) async throws {
        let layout = UploadLayout(context.capabilities)
        let session = try await begin(layout, context)
        _ = try await session.upload(1, at: 0, PartBuffer(layout.parts[0].bytes))
        try expectEqual(try await context.backend.entries().map(\.key), [], "entries beside an unfinished upload")
        let found = try await context.backend.unfinishedUploads(under: ObjectKey("parts/"))
        try expectEqual(found.map(\.token), [session.token], "tokens of unfinished uploads")
        try expectEqual(
            try await context.backend.unfinishedUploads(under: ObjectKey("other/")).count, 0,
            "unfinished uploads under another prefix")
        for upload in found { try await context.backend.abort(upload) }
        try expectEqual(
            try await context.backend.unfinishedUploads(under: .root).map(\.key), [], "uploads after their abort")
    }

    private static func completeIfAbsent(_ context: CheckContext) async throws {
        let layout = UploadLayout(context.capabilities)
        let session = try await begin(layout, context, WriteOptions(precondition: .absent))
        let receipts = try await uploadAll(layout, session)
        try await context.backend.put([1, 2, 3], at: key)
        try await expectError(.preconditionFailed, during: "completion over a taken key") {
            try await session.complete(receipts, expected: nil)
        }
        try expectEqual(try await context.backend.get(key), [1, 2, 3], "the object after a refused completion")
        try await session.abort()
        try expectEqual(try await context.backend.entries().map(\.key), [key], "what a refused completion leaves")
    }

    private static func unknownSize(_ context: CheckContext) async throws {
        let layout = UploadLayout(context.capabilities)
        let session = try await context.backend.beginUpload(
            to: key, size: -1, partSize: Int64(layout.partSize), WriteOptions())
        let receipts = try await uploadAll(layout, session, order: [0, 1, 2])
        let entry = try await session.complete(receipts, expected: nil)
        try expectEqual(entry.size, Int64(layout.content.count), "the size that complete returns")
        try expect(try await context.backend.get(key) == layout.content, "the object is not its parts")
    }

    private static func attributes(_ context: CheckContext) async throws {
        let layout = UploadLayout(context.capabilities)
        let time = Timestamp(seconds: 1_234_567_890, nanoseconds: 500_000_000)
        let metadata = ObjectMetadata(contentType: "video/x-kit", user: [.init(name: "kit", value: "yes")])
        let session = try await begin(layout, context, WriteOptions(metadata: metadata, modified: time))
        _ = try await session.complete(try await uploadAll(layout, session), expected: nil)
        let stat = try await context.backend.stat(key, version: nil)
        if let precision = context.capabilities.timePrecision {
            try expect(
                stat.modified.map { $0.distance(to: time) < precision } ?? false,
                "the time came back as \(String(describing: stat.modified))")
        }
        if context.capabilities.attributes.contains(.metadata) {
            try expectEqual(stat.metadata, metadata, "metadata of the whole")
        }
    }
}
