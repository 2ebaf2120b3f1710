// Part of godwit. SPDX-License-Identifier: Apache-2.0

import BackendMemory
import StorageModel
import StorageTestKit
import Synchronization
import Testing

@testable import SyncEngine

/// Whatever fails while a run keeps things or while it is undone: what was there is there still, or is kept.
@Suite struct UndoFaultTests {
    private static let kinds: [StorageError] = [
        StorageError(.connectionLost, during: .list, message: "reset", disposition: .exhausted(attempts: 3)),
        StorageError(.permissionDenied, during: .copy, message: "no"),
        StorageError(.corrupted, during: .copy, message: "bits"),
        StorageError(.preconditionFailed, during: .copy, message: "another"),
    ]

    private func filled(_ way: Way) async throws -> (source: MemoryBackend, target: MemoryBackend) {
        let (source, target) = way.stores()
        try await source.fill(["a": "new", "b/c": "same", "d": "", "e": "five"])
        try await source.put(Array(repeating: 9, count: 2500), at: ObjectKey("large"))
        try await target.fill(["a": "old", "b/c": "same", "gone": "x", "gone/too": "y"])
        // Without a time nothing would show, once its tag is another, that it was put back.
        try await target.put(
            Array(repeating: 7, count: 2500), at: ObjectKey("large"), WriteOptions(modified: Timestamp(seconds: 9)))
        return (source, target)
    }

    /// Everything of `before` is at the target, or its copy is kept and a record tells so.
    private func checkSafe(
        _ target: any Backend, _ before: [ObjectKey: Kept], _ journal: KeptRecords, _ comment: Comment
    ) async throws {
        let now = try await target.snapshot(tags: before.values.contains { $0.tag != nil })
        for (key, was) in before where now[key] != was {
            let kept = try #require(journal.record(key)?.kept, comment)
            #expect(try await target.get(kept) == was.content, comment)
            #expect(try await target.stat(kept, version: nil).metadata == was.metadata, comment)
        }
    }

    @Test(arguments: Way.allCases, [FaultyBackend.Moment.before, .after])
    func everyCallOfARunMayFail(way: Way, moment: FaultyBackend.Moment) async throws {
        // A store that refuses what it did all the same is none.
        for kind in Self.kinds.indices where moment == .before || Self.kinds[kind].kind != .permissionDenied {
            // Where the store does not copy by itself, copies are written in other parts.
            let tags = way.keepsTags && Self.kinds[kind].kind != .permissionDenied
            for call in 1..<300 {
                let (source, target) = try await filled(way)
                let before = try await target.snapshot(tags: tags)
                let faulty = FaultyBackend(target, faults: [.init(call: call, moment: moment, error: Self.kinds[kind])])
                let journal = KeptRecords()
                let run = await ranKeeping(source, faulty, journal) { way.configure(&$0) }
                let comment: Comment = "\(Self.kinds[kind].kind), call \(call)"
                try await checkSafe(target, before, journal, comment)
                if run.isClean {
                    #expect(
                        try await target.snapshot(tags: tags).mapValues(\.content) == source.contents(),
                        comment)
                }
                let undo = await undone(journal, at: target) { way.configure(&$0) }
                #expect(undo.isClean, "\(comment): \(undo.report.failures)")
                #expect(try await target.snapshot(tags: tags) == before, comment)
                if moment == .before { #expect(try await target.unfinishedUploads(under: trash).isEmpty, comment) }
                if faulty.failures == 0 { break }
            }
        }
    }

    @Test(arguments: [Way.single, .serverCopyParts, .streamedKeeping], [FaultyBackend.Moment.before, .after])
    func everyCallOfAnUndoMayFail(way: Way, moment: FaultyBackend.Moment) async throws {
        // A store that refuses what it did all the same is none.
        for kind in Self.kinds.indices where moment == .before || Self.kinds[kind].kind != .permissionDenied {
            // Where the store does not copy by itself, copies are written in other parts.
            let tags = way.keepsTags && Self.kinds[kind].kind != .permissionDenied
            for call in 1..<300 {
                let (source, target) = try await filled(way)
                let before = try await target.snapshot(tags: tags)
                let journal = KeptRecords()
                #expect(await ranKeeping(source, target, journal) { way.configure(&$0) }.isClean)
                let after = try await target.snapshot(tags: tags)
                let faulty = FaultyBackend(target, faults: [.init(call: call, moment: moment, error: Self.kinds[kind])])
                let comment: Comment = "\(Self.kinds[kind].kind), call \(call)"
                let first = await undone(journal, at: faulty) { way.configure(&$0) }
                if first.isClean { #expect(try await target.snapshot(tags: tags) == before, comment) }
                let between = try await target.snapshot(tags: tags)
                for key in Set(before.keys).union(after.keys) {
                    #expect(between[key] == before[key] || between[key] == after[key], "\(comment): \(key)")
                }
                #expect(await undone(journal, at: target) { way.configure(&$0) }.isClean, comment)
                #expect(try await target.snapshot(tags: tags) == before, comment)
                if faulty.failures == 0 { break }
            }
        }
    }

    @Test func nothingIsChangedThatCannotBeWrittenDown() async throws {
        for journal in [KeptRecords(), nil] {
            let (source, target) = try await filled(.single)
            let before = try await target.snapshot()
            journal?.breakDown()
            let run = await ranKeeping(source, target, journal)
            #expect(!run.isClean && run.changes == 0)
            #expect(try await target.snapshot() == before)
        }
    }

    /// Ends a run at one of its calls.
    private final class Stopping: WrappedBackend, @unchecked Sendable {  // safe: its state is behind a lock
        private struct State {
            var calls: Int
            var cancel: (@Sendable () -> Void)?
        }
        private let state: Mutex<State>

        init(_ inner: any Backend, after calls: Int) {
            state = Mutex(State(calls: calls))
            super.init(inner)
        }

        func run<R: Sendable>(_ body: @escaping @Sendable () async -> R) async -> R {
            let task = Task { await body() }
            state.withLock { state in
                if state.calls < 0 { task.cancel() } else { state.cancel = { task.cancel() } }
            }
            return await task.value
        }

        var isOver: Bool { state.withLock { $0.calls < 0 } }

        private func count() {
            state.withLock { state in
                state.calls -= 1
                if state.calls < 0 { state.cancel?() }
            }
        }

        override func stat(_ key: ObjectKey, version: String?) async throws(StorageError) -> Entry {
            count()
            return try await inner.stat(key, version: version)
        }

        override func write(
            _ content: PartBuffer, to key: ObjectKey, _ options: WriteOptions
        ) async throws(StorageError) -> Entry {
            count()
            return try await inner.write(content, to: key, options)
        }

        override func copy(
            _ source: CopySource, to key: ObjectKey, _ options: WriteOptions
        ) async throws(StorageError) -> Entry {
            count()
            return try await inner.copy(source, to: key, options)
        }

        override func delete(_ deletions: [Deletion]) async throws(StorageError) -> [DeleteOutcome] {
            count()
            return try await inner.delete(deletions)
        }
    }

    @Test func aRunThatEndsAnywhereIsUndone() async throws {
        for calls in 0..<100 {
            let (source, target) = try await filled(.single)
            let before = try await target.snapshot()
            let journal = KeptRecords()
            let stopping = Stopping(target, after: calls)
            _ = await stopping.run { await ranKeeping(source, stopping, journal) }
            try await checkSafe(target, before, journal, "after \(calls) calls")

            let ending = Stopping(target, after: calls)
            _ = await ending.run { await undone(journal, at: ending) }
            let undo = await undone(journal, at: target)
            #expect(undo.isClean, "after \(calls) calls: \(undo.report.failures)")
            #expect(try await target.snapshot() == before, "after \(calls) calls")
            if !stopping.isOver { return }
        }
        Issue.record("no run came to its end")
    }
}
