// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Digests
import StorageModel

extension ConformanceCheck {
    static let resuming: [ConformanceCheck] = [
        ConformanceCheck("an upload goes on where it was left", when: { $0.multipart != nil }, resume),
        ConformanceCheck("only parts as they were written count", when: { $0.multipart != nil }, verify),
        ConformanceCheck("an upload that ended cannot go on", when: { $0.multipart != nil }, ended),
        ConformanceCheck("an upload that was left can be given up, and again", when: { $0.multipart != nil }, giveUp),
        ConformanceCheck("what was written can be flushed", flush),
    ]

    private static let key = ObjectKey("left/of a+whole%41\u{e9}")

    private static func begin(
        _ layout: UploadLayout, _ context: CheckContext, _ options: WriteOptions = WriteOptions()
    ) async throws -> any UploadSession {
        try await context.backend.beginUpload(
            to: key, size: Int64(layout.content.count), partSize: Int64(layout.partSize), options)
    }

    private static func takeUp(
        _ token: String, _ layout: UploadLayout, _ context: CheckContext, _ options: WriteOptions = WriteOptions()
    ) async throws -> any UploadSession {
        try await context.opened.reopen().resumeUpload(
            token, to: key, size: Int64(layout.content.count), partSize: Int64(layout.partSize), options)
    }

    private static func write(
        _ index: Int, of layout: UploadLayout, _ session: any UploadSession
    ) async throws -> PartReceipt {
        let part = layout.parts[index]
        return try await session.upload(part.number, at: part.offset, PartBuffer(part.bytes))
    }

    private static func resume(_ context: CheckContext) async throws {
        let layout = UploadLayout(context.capabilities)
        let time = Timestamp(seconds: 1_234_567_890, nanoseconds: 500_000_000)
        let metadata = ObjectMetadata(contentType: "video/x-kit", user: [.init(name: "kit", value: "yes")])
        let options = WriteOptions(metadata: metadata, modified: time)
        try await context.backend.put([1, 2, 3], at: key)
        let first = try await begin(layout, context, options)
        let last = try await write(2, of: layout, first)
        await first.suspend()
        let second = try await takeUp(first.token, layout, context, options)
        try expectEqual(try await second.verified([last]), [last], "the parts that are there")
        try expectEqual(second.token, first.token, "the token of an upload that goes on")
        let beginning = try await write(0, of: layout, second)
        await second.suspend()
        let third = try await takeUp(first.token, layout, context, options)
        try expectEqual(try await third.verified([beginning, last]), [beginning, last], "the parts that are there")
        let middle = try await write(1, of: layout, third)
        try expectEqual(try await context.backend.get(key), [1, 2, 3], "the object before completion")
        let entry = try await third.complete([beginning, middle, last], expected: nil)
        try expectEqual(entry.size, Int64(layout.content.count), "the size that complete returns")
        try expect(try await context.backend.get(key) == layout.content, "the object is not its parts")
        let stat = try await context.backend.stat(key, version: nil)
        if let precision = context.capabilities.timePrecision {
            try expect(
                stat.modified.map { $0.distance(to: time) < precision } ?? false,
                "the time came back as \(String(describing: stat.modified))")
        }
        if context.capabilities.attributes.contains(.metadata) {
            try expectEqual(stat.metadata, metadata, "metadata of the whole")
        }
        try expectEqual(try await context.backend.unfinishedUploads(under: .root).count, 0, "unfinished uploads")
    }

    private static func verify(_ context: CheckContext) async throws {
        let layout = UploadLayout(context.capabilities)
        let first = try await begin(layout, context)
        let replaced = try await first.upload(
            1, at: 0, PartBuffer([UInt8](repeating: 0xff, count: layout.parts[0].bytes.count)))
        var beginning = try await write(0, of: layout, first)
        let middle = try await write(1, of: layout, first)
        await first.suspend()
        let second = try await takeUp(first.token, layout, context)
        try expectEqual(try await second.verified([]), [], "the parts of no receipt")
        var renumbered = middle
        renumbered.number = 3
        var shorter = middle
        shorter.size -= 1
        var unproven = middle
        unproven.tag = nil
        unproven.checksums = []
        for (wrong, what) in [
            (replaced, "a part that was replaced"), (renumbered, "a part that was never written"),
            (shorter, "another size"), (unproven, "a receipt without proof"),
        ] + (try await altered(middle, second)) {
            try expectEqual(try await second.verified([wrong]), [], what)
        }
        // A store that lists both of a part that was replaced leaves it open which of them counts.
        let found = try await second.verified([beginning, middle])
        try expect([[beginning, middle], [middle]].contains(found), "the parts that are there: got \(found)")
        if found == [middle] { beginning = try await write(0, of: layout, second) }
        let last = try await write(2, of: layout, second)
        _ = try await second.complete([beginning, middle, last], expected: nil)
        try expect(try await context.backend.get(key) == layout.content, "the object is not its parts")
    }

    /// The receipt with its tag changed, and with a checksum changed, where the store tells checksums of parts.
    private static func altered(
        _ receipt: PartReceipt, _ session: any UploadSession
    ) async throws -> [(PartReceipt, String)] {
        var altered: [(PartReceipt, String)] = []
        if receipt.tag != nil {
            var other = receipt
            other.tag = VersionTag(String(repeating: "0", count: 32))
            altered.append((other, "another tag"))
        }
        var untagged = receipt
        untagged.tag = nil
        if let checksum = receipt.checksums.first, !(try await session.verified([untagged])).isEmpty {
            var other = receipt
            other.checksums[0] = Checksum(checksum.algorithm, checksum.bytes.map { $0 ^ 1 }, parts: checksum.parts)
            altered.append((other, "another checksum"))
        }
        return altered
    }

    private static func ended(_ context: CheckContext) async throws {
        let layout = UploadLayout(context.capabilities)
        let given = try await begin(layout, context)
        let part = try await write(0, of: layout, given)
        try await given.abort()
        try await expectGone(given.token, [part], layout, context, "an upload that was given up")
        let whole = try await begin(layout, context)
        var receipts = [PartReceipt]()
        for index in layout.parts.indices { receipts.append(try await write(index, of: layout, whole)) }
        _ = try await whole.complete(receipts, expected: nil)
        try await expectGone(whole.token, receipts, layout, context, "an upload that was completed")
        try expect(try await context.backend.get(key) == layout.content, "the object is not its parts")
        try await context.backend.abort(UnfinishedUpload(key: key, token: whole.token, begun: nil))
        try expect(try await context.backend.get(key) == layout.content, "the object after a late abort")
    }

    /// The store tells at once, or when it is asked for the parts.
    private static func expectGone(
        _ token: String, _ parts: [PartReceipt], _ layout: UploadLayout, _ context: CheckContext, _ what: String
    ) async throws {
        try await expectError(.notFound, during: what) {
            try await takeUp(token, layout, context).verified(parts)
        }
    }

    private static func giveUp(_ context: CheckContext) async throws {
        let layout = UploadLayout(context.capabilities)
        let session = try await begin(layout, context)
        let part = try await write(0, of: layout, session)
        await session.suspend()
        let upload = UnfinishedUpload(key: key, token: session.token, begun: nil)
        try await context.opened.reopen().abort(upload)
        try await context.backend.abort(upload)
        try await session.abort()
        try expectEqual(try await context.backend.unfinishedUploads(under: .root).count, 0, "unfinished uploads")
        try await expectGone(session.token, [part], layout, context, "an upload that was given up")
    }

    private static func flush(_ context: CheckContext) async throws {
        try await context.opened.missing.flush()
        try await context.backend.flush()
        try await context.backend.put([1, 2, 3], at: ObjectKey("flushed/object"))
        try await context.backend.flush()
        try await context.backend.flush()
        try expectEqual(try await context.backend.get(ObjectKey("flushed/object")), [1, 2, 3], "the object")
    }
}
