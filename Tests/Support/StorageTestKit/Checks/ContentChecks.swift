// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Digests
import StorageModel

extension ConformanceCheck {
    static let contents: [ConformanceCheck] = [
        ConformanceCheck("content comes back as it was written", roundTrip),
        ConformanceCheck("ranges are exact", ranges),
        ConformanceCheck("an empty object is an object", emptyObject),
        ConformanceCheck("absent objects are notFound", absence),
        ConformanceCheck("a buffer that is too small is refused", smallBuffer),
        ConformanceCheck("wrong bytes never become visible", wrongDigest),
        ConformanceCheck("readers see the old object or the new one", atomicity),
        ConformanceCheck("modification times are kept", when: { $0.timePrecision != nil }, times),
        ConformanceCheck("metadata is kept", when: { $0.attributes.contains(.metadata) }, metadata),
        ConformanceCheck("a cancelled task's calls are cancelled", cancellation),
    ]

    private static func roundTrip(_ context: CheckContext) async throws {
        var random = SeededRandom(seed: 11)
        for size in [1, 100, 65_536, 1 << 20, (2 << 20) + 7] {
            let key = ObjectKey("round/trip \(size)")
            let content = random.bytes(size)
            let written = try await context.backend.put(content, at: key)
            try expectEqual(written.size, Int64(size), "the size that write returns")
            let buffer = PartBuffer(capacity: size)
            let read = try await context.backend.read(key, ReadOptions(), into: buffer)
            try expect(buffer.array == content, "\(size) bytes come back changed")
            try expectEqual(read.size, Int64(size), "the size that read returns")
            let stat = try await context.backend.stat(key, version: nil)
            try expectEqual(stat.key, key, "the key that stat returns")
            try expectEqual(stat.size, Int64(size), "the size that stat returns")
            if context.capabilities.tagsAreMD5 {
                let digest = Digest.checksum(of: content, .md5)
                try expectEqual(stat.tag?.lookalike, digest, "the tag of a stat")
                try expectEqual(written.tag?.lookalike, digest, "the tag of a write")
            }
        }
        try await context.backend.put([1, 2, 3], at: ObjectKey("round/trip 100"))
        try expectEqual(try await context.backend.get(ObjectKey("round/trip 100")), [1, 2, 3], "a replaced object")
    }

    private static func ranges(_ context: CheckContext) async throws {
        var random = SeededRandom(seed: 12)
        let content = random.bytes(10_000)
        let key = ObjectKey("ranges")
        try await context.backend.put(content, at: key)
        for range in [0..<1, 0..<10_000, 9_999..<10_000, 4_000..<4_001, 123..<7_890, 9_000..<20_000] {
            let buffer = PartBuffer(capacity: range.count)
            let options = ReadOptions(range: Int64(range.lowerBound)..<Int64(range.upperBound))
            let entry = try await context.backend.read(key, options, into: buffer)
            try expect(buffer.array == Array(content[range.clamped(to: 0..<10_000)]), "bytes \(range) are wrong")
            try expectEqual(entry.size, 10_000, "the whole size beside a range")
        }
        let joined = PartBuffer(capacity: 10_000)
        for start in stride(from: Int64(0), to: 10_000, by: 2_500) {
            _ = try await context.backend.read(key, ReadOptions(range: start..<start + 2_500), into: joined)
        }
        try expect(joined.array == content, "ranges that follow one another do not join")
        try await expectError(.preconditionFailed, .unexpected, .corrupted, during: "a range beyond the end") {
            try await context.backend.read(
                key, ReadOptions(range: 20_000..<20_010), into: PartBuffer(capacity: 10))
        }
    }

    private static func emptyObject(_ context: CheckContext) async throws {
        let key = ObjectKey("dir/empty")
        try await context.backend.put([], at: key)
        try expectEqual(try await context.backend.get(key, capacity: 0), [], "an empty object's content")
        try expectEqual(try await context.backend.stat(key, version: nil).size, 0, "an empty object's size")
        try expectEqual(try await context.backend.entries().map(\.key), [key], "the listing of an empty object")
    }

    private static func absence(_ context: CheckContext) async throws {
        let key = ObjectKey("not/there")
        try await context.backend.put([1], at: ObjectKey("not/there too"))
        try await expectError(.notFound, during: "stat of an absent object") {
            try await context.backend.stat(key, version: nil)
        }
        try await expectError(.notFound, during: "read of an absent object") { try await context.backend.get(key) }
        try await expectError(.notFound, during: "stat of a directory") {
            try await context.backend.stat(ObjectKey("not"), version: nil)
        }
        try expectEqual(
            try await context.backend.entries(under: ObjectKey("nothing/")).count, 0, "entries of a missing prefix")
        try await expectError(.containerNotFound, during: "list of a missing container") {
            try await context.opened.missing.entries()
        }
    }

    private static func smallBuffer(_ context: CheckContext) async throws {
        let key = ObjectKey("large")
        try await context.backend.put([UInt8](repeating: 7, count: 1000), at: key)
        try await expectError(.preconditionFailed, during: "read into 999 bytes") {
            try await context.backend.get(key, capacity: 999)
        }
    }

    private static func wrongDigest(_ context: CheckContext) async throws {
        let key = ObjectKey("proven")
        try await context.backend.put([1, 2, 3], at: key)
        let algorithms = [ChecksumAlgorithm.md5]
        for algorithm in algorithms {
            let wrong = WriteOptions(expected: Digest.checksum(of: [9, 9, 9], algorithm))
            try await expectError(.corrupted, during: "a write with a wrong \(algorithm)") {
                try await context.backend.put([4, 5, 6], at: key, wrong)
            }
            try expectEqual(try await context.backend.get(key), [1, 2, 3], "the object after a refused write")
            let right = WriteOptions(expected: Digest.checksum(of: [1, 2, 3], algorithm))
            try await context.backend.put([1, 2, 3], at: key, right)
        }
        try expectEqual(try await context.backend.entries().map(\.key), [key], "what refused writes leave")
    }

    private static func atomicity(_ context: CheckContext) async throws {
        let key = ObjectKey("atomic")
        let size = 300_000
        try await context.backend.put([UInt8](repeating: 0, count: size), at: key)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for round in 1...20 {
                    try await context.backend.put([UInt8](repeating: UInt8(round), count: size), at: key)
                }
            }
            for _ in 0..<2 {
                group.addTask {
                    for _ in 0..<20 {
                        let content = try await context.backend.get(key)
                        try expectEqual(content.count, size, "the size of an object that is being replaced")
                        try expect(content.allSatisfy { $0 == content[0] }, "a mixture of two objects was read")
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    private static func times(_ context: CheckContext) async throws {
        let precision = context.capabilities.timePrecision ?? .seconds(1)
        for (index, time) in [
            Timestamp(seconds: 1_700_000_000, nanoseconds: 123_456_789), Timestamp(seconds: 1),
            Timestamp(seconds: 951_782_400, nanoseconds: 5),
        ].enumerated() {
            let key = ObjectKey("time/\(index)")
            try await context.backend.put([1, 2], at: key, WriteOptions(modified: time))
            let entry = try await context.backend.stat(key, version: nil)
            try expect(
                entry.modified.map { $0.distance(to: time) < precision } ?? false,
                "the time \(time) came back as \(String(describing: entry.modified))")
            let later = Timestamp(seconds: 1_600_000_000, nanoseconds: 250_000_000)
            try await context.backend.setModified(later, of: entry)
            let changed = try await context.backend.stat(key, version: nil)
            try expect(
                changed.modified.map { $0.distance(to: later) < precision } ?? false,
                "the time set is \(String(describing: changed.modified))")
            try expectEqual(try await context.backend.get(key), [1, 2], "content after its time was set")
            if context.capabilities.listsModified {
                let listed = try await context.backend.entries(under: key)
                try expectEqual(listed.map(\.modified), [changed.modified], "the listed time")
            }
        }
    }

    private static func metadata(_ context: CheckContext) async throws {
        let key = ObjectKey("meta/data")
        var metadata = ObjectMetadata(
            contentType: "text/x-kit; charset=utf-8",
            user: [.init(name: "color", value: "deep blue"), .init(name: "zeta", value: "1")])
        metadata.cacheControl = "max-age=60"
        metadata.contentDisposition = "attachment; filename=\"a b\""
        metadata.contentEncoding = "identity-x"
        metadata.contentLanguage = "en-GB"
        try await context.backend.put(
            [1], at: key, WriteOptions(metadata: metadata, modified: Timestamp(seconds: 1_500_000_000)))
        let stat = try await context.backend.stat(key, version: nil)
        try expectEqual(stat.metadata, metadata, "metadata of a stat")
        let buffer = PartBuffer(capacity: 10)
        let read = try await context.backend.read(key, ReadOptions(), into: buffer)
        try expectEqual(read.metadata, metadata, "metadata of a read")
    }

    private static func cancellation(_ context: CheckContext) async throws {
        try await context.backend.put([1], at: ObjectKey("there"))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                while !Task.isCancelled { await Task.yield() }
                try await expectError(.cancelled, during: "stat in a cancelled task") {
                    try await context.backend.stat(ObjectKey("there"), version: nil)
                }
                try await expectError(.cancelled, during: "write in a cancelled task") {
                    try await context.backend.put([2], at: ObjectKey("there"))
                }
                try await expectError(.cancelled, during: "list in a cancelled task") {
                    try await context.backend.entries()
                }
            }
            group.cancelAll()
            try await group.waitForAll()
        }
        try expectEqual(try await context.backend.get(ObjectKey("there")), [1], "what a cancelled write leaves")
    }
}
