// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

extension ConformanceCheck {
    static let conditions: [ConformanceCheck] = [
        ConformanceCheck(
            "write if absent is honoured", when: { $0.conditions.contains(.writeIfAbsent) }, writeIfAbsent),
        ConformanceCheck(
            "one of many writers if absent wins", when: { $0.conditions.contains(.writeIfAbsent) }, writersRace),
        ConformanceCheck(
            "write if match is honoured", when: { $0.conditions.contains(.writeIfMatch) }, writeIfMatch),
        ConformanceCheck(
            "write if match is never a blind overwrite of files", when: { $0.hasDirectories }, matchOnFiles),
        ConformanceCheck("read if match is honoured", when: { $0.conditions.contains(.readIfMatch) }, readIfMatch),
        ConformanceCheck("a file that changed is not read", when: { $0.listsModified }, readIfIdentity),
        ConformanceCheck(
            "delete if match is honoured", when: { $0.conditions.contains(.deleteIfMatch) }, deleteIfMatch),
    ]

    private static let key = ObjectKey("condition/key")

    private static func writeIfAbsent(_ context: CheckContext) async throws {
        let absent = WriteOptions(precondition: .absent)
        try await context.backend.put([1], at: key, absent)
        try await expectError(.preconditionFailed, during: "a write to a taken key") {
            try await context.backend.put([2], at: key, absent)
        }
        try expectEqual(try await context.backend.get(key), [1], "the object after a refused write")
        try expectEqual(try await context.backend.entries().map(\.key), [key], "what a refused write leaves")
    }

    private static func writersRace(_ context: CheckContext) async throws {
        let winners = try await withThrowingTaskGroup(of: UInt8?.self) { group in
            for writer in UInt8(0)..<8 {
                group.addTask {
                    do {
                        try await context.backend.put([writer], at: key, WriteOptions(precondition: .absent))
                        return writer
                    } catch let error as StorageError where error.kind == .preconditionFailed {
                        return nil
                    }
                }
            }
            return try await group.reduce(into: [UInt8]()) { if let winner = $1 { $0.append(winner) } }
        }
        try expectEqual(winners.count, 1, "writers that won")
        try expectEqual(try await context.backend.get(key), winners, "the winner's object")
    }

    private static func writeIfMatch(_ context: CheckContext) async throws {
        try await context.backend.put([1], at: key)
        let first = try await context.backend.stat(key, version: nil)
        guard let tag = first.tag else { throw CheckFailure("an object without a tag") }
        try await context.backend.put([2], at: key, WriteOptions(precondition: .matches(tag)))
        try await expectError(.preconditionFailed, during: "a write over another state") {
            try await context.backend.put([3], at: key, WriteOptions(precondition: .matches(tag)))
        }
        try expectEqual(try await context.backend.get(key), [2], "the object after a refused write")
    }

    private static func matchOnFiles(_ context: CheckContext) async throws {
        try await context.backend.put([1], at: key)
        try await expectError(.unsupported, during: "a write on a condition that files have not") {
            try await context.backend.put([2], at: key, WriteOptions(precondition: .matches(VersionTag("x"))))
        }
        try expectEqual(try await context.backend.get(key), [1], "the file after a refused write")
    }

    private static func readIfMatch(_ context: CheckContext) async throws {
        try await context.backend.put([1], at: key)
        let tag = try await context.backend.stat(key, version: nil).tag
        _ = try await context.backend.read(key, ReadOptions(ifMatch: tag), into: PartBuffer(capacity: 10))
        try await context.backend.put([2, 3], at: key)
        try await expectError(.preconditionFailed, during: "a read of another state") {
            try await context.backend.read(key, ReadOptions(ifMatch: tag), into: PartBuffer(capacity: 10))
        }
    }

    private static func readIfIdentity(_ context: CheckContext) async throws {
        try await context.backend.put([1, 2], at: key, WriteOptions(modified: Timestamp(seconds: 1_000_000_000)))
        guard let entry = try await context.backend.entries().first else { throw CheckFailure("nothing is listed") }
        _ = try await context.backend.read(key, ReadOptions(ifIdentity: entry), into: PartBuffer(capacity: 10))
        try await context.backend.put([3, 4], at: key, WriteOptions(modified: Timestamp(seconds: 1_000_000_001)))
        try await expectError(.preconditionFailed, during: "a read of a changed file") {
            try await context.backend.read(key, ReadOptions(ifIdentity: entry), into: PartBuffer(capacity: 10))
        }
        try await expectError(.preconditionFailed, during: "a new time for a changed file") {
            try await context.backend.setModified(Timestamp(seconds: 5), of: entry)
        }
    }

    private static func deleteIfMatch(_ context: CheckContext) async throws {
        try await context.backend.put([1], at: key)
        let tag = try await context.backend.stat(key, version: nil).tag
        try await context.backend.put([2], at: key)
        let outcomes = try await context.backend.delete([Deletion(key: key, ifMatch: tag)])
        try expectEqual(outcomes.map { $0.error?.kind }, [.preconditionFailed], "a deletion of another state")
        try expectEqual(try await context.backend.get(key), [2], "the object after a refused deletion")
    }
}
