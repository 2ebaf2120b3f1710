// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel
import SyncEngine
import Testing

@testable import JournalStore

/// Runs that end without saying so.
@Suite struct CrashTests {
    private let journal: JournalFixture

    init() throws { journal = try JournalFixture() }

    @Test func whatWasPlannedIsThereAfterTheProcessDied() async throws {
        let planned = [
            PlannedAction(.copy, ObjectKey("a"), replaces: true),
            PlannedAction(.delete, ObjectKey("b"), replaces: true),
        ]
        let store = try journal.open()
        let recorder = try await store.begin(.test("dead"), holding: nil, process: .dead)
        let batch = await recorder.plan(planned, reached: ObjectKey("b"))
        recorder.settle([JournalSlot(batch: batch, index: 0)])
        await recorder.flush()
        try await recorder.keep([UndoRecord(change: .deleted, key: ObjectKey("b"), before: nil, kept: nil)])
        // As after kill -9: nothing is closed, and another process opens the file.
        let next = try journal.open()
        #expect(try await next.run("dead")?.state == .interrupted)
        #expect(try await next.run("dead")?.ended == nil)
        #expect(try await next.run("dead")?.position == ObjectKey("b"))
        #expect(try await next.pendingActions(of: "dead").all() == Array(planned.dropFirst()))
        #expect(try await next.undoRecords(of: "dead").all().map(\.record.key) == [ObjectKey("b")])
        _ = try await next.begin(.test("r"), holding: nil)
        #expect(try await store.run("dead")?.state == .interrupted)
        withExtendedLifetime(recorder) {}
    }

    @Test func aProcessIsDeadOnlyIfThatIsCertain() {
        let observer = ProcessIdentity(host: "h", boot: "b", namespace: "n", number: 1, started: 1)
        func identity(host: String = "h", boot: String = "b", namespace: String = "n") -> ProcessIdentity {
            ProcessIdentity(host: host, boot: boot, namespace: namespace, number: .max, started: 7)
        }
        // No such process; the same in a container of its own; this machine before it was started again; another one.
        #expect(identity().isDead(seenBy: observer, isAlone: false))
        #expect(!identity(namespace: "m").isDead(seenBy: observer, isAlone: false))
        #expect(identity(namespace: "m").isDead(seenBy: observer, isAlone: true))
        #expect(identity(boot: "a").isDead(seenBy: observer, isAlone: false))
        #expect(!identity(host: "i", boot: "a").isDead(seenBy: observer, isAlone: true))
        let current = ProcessIdentity.current
        #expect(!current.isDead(seenBy: current, isAlone: false))
        var earlier = current
        earlier.started &-= 1
        #expect(earlier.isDead(seenBy: current, isAlone: false))
        #expect(current.started > 0 && !current.boot.isEmpty && !current.host.isEmpty && !current.namespace.isEmpty)
    }
}
