// Part of godwit. SPDX-License-Identifier: Apache-2.0

import BackendMemory
import StorageModel
import StorageTestKit
import Synchronization
import Testing

@testable import SyncEngine

/// A location is what it was, and what it was meanwhile stays as versions.
@Suite struct RestoreTests {
    private let clock = ManualTime()
    private let bucket: MemoryBackend

    /// A store's clock that is set by hand.
    private final class ManualTime: Sendable {
        let seconds = Atomic<Int64>(100)
        var now: Timestamp { Timestamp(seconds: seconds.load(ordering: .relaxed)) }
        func pass() { seconds.add(10, ordering: .relaxed) }
    }

    init() {
        let clock = clock
        bucket = versioned { $0.now = { clock.now } }
    }

    private func restored(to moment: Timestamp, _ configure: (inout SyncOptions) -> Void = { _ in }) async -> Ran {
        await ran(.sync, bucket, bucket) {
            $0.restoresTo = moment
            configure(&$0)
        }
    }

    private func happen() async throws {
        let metadata = ObjectMetadata(contentType: "text/x", user: [.init(name: "a", value: "b")])
        var tagged = metadata
        tagged.tags = [.init(name: "t", value: "1")]
        try await bucket.put([1], at: ObjectKey("changed"), WriteOptions(metadata: tagged))
        try await bucket.put([2], at: ObjectKey("deleted"), WriteOptions(metadata: metadata))
        try await bucket.put([3], at: ObjectKey("same"), WriteOptions())
        try await bucket.put([4], at: ObjectKey("kept/deleted before"), WriteOptions())
        _ = try await bucket.delete([Deletion(key: ObjectKey("kept/deleted before"))])
        clock.pass()
    }

    private func change() async throws {
        try await bucket.put([9], at: ObjectKey("changed"), WriteOptions())
        _ = try await bucket.delete([Deletion(key: ObjectKey("deleted"))])
        try await bucket.put([9], at: ObjectKey("new"), WriteOptions())
        try await bucket.put([9], at: ObjectKey("kept/deleted before"), WriteOptions())
        clock.pass()
    }

    @Test func everythingIsPutBack() async throws {
        try await happen()
        let then = try await bucket.snapshot(), moment = Timestamp(seconds: 105)
        try await change()
        let before = try await bucket.histories(), now = try await bucket.snapshot()
        let dry = await restored(to: moment) { $0.dryRun = true }
        #expect(dry.isClean && dry.report.objects.serverCopied == 2 && dry.report.objects.deleted == 2)
        #expect(try await bucket.histories() == before)
        let present = clock.now
        clock.pass()
        let run = await restored(to: moment)
        #expect(run.isClean && run.report.objects.serverCopied == 2 && run.report.objects.deleted == 2)
        #expect(run.report.objects.skipped == 1)
        #expect(try await bucket.snapshot() == then)
        // Nothing is lost: what was there is below.
        let after = try await bucket.histories()
        for (key, versions) in before { #expect(after[key]?.starts(with: versions) == true, "\(key)") }
        #expect(await restored(to: moment).changes == 0)
        clock.pass()
        _ = await restored(to: present)
        #expect(try await bucket.snapshot() == now)
    }

    @Test func everythingIsComparedFirstWhereThatIsAskedFor() async throws {
        try await happen()
        let then = try await bucket.snapshot()
        try await change()
        let run = await restored(to: Timestamp(seconds: 105)) { $0.checksFirst = true }
        #expect(run.isClean && run.changes == 4)
        #expect(try await bucket.snapshot() == then)
    }

    /// A failure on the way is no reason to put back what is there now.
    @Test(arguments: [
        StorageError(.preconditionFailed, during: .copy, message: "changed"),
        StorageError(.corrupted, during: .copy, message: "bits"),
        StorageError(.connectionLost, during: .copy, message: "reset", disposition: .exhausted(attempts: 3)),
    ])
    func whatFailedIsTriedAgainInItsVersion(error: StorageError) async throws {
        try await happen()
        let then = try await bucket.snapshot()
        try await change()
        let faulty = FaultyBackend(bucket, faults: [.init(call: 1, of: .copy, times: 2, error: error)])
        let run = await ran(.sync, faulty, faulty) { $0.restoresTo = Timestamp(seconds: 105) }
        #expect(run.isClean && run.report.objects.serverCopied == 2 && run.report.objects.deleted == 2)
        #expect(try await bucket.snapshot() == then)
    }

    @Test func guardsHold() async throws {
        try await happen()
        try await change()
        let nothing = await restored(to: Timestamp(seconds: 50))
        #expect(nothing.report.stop != nil && nothing.changes == 0)
        let few = await restored(to: Timestamp(seconds: 105)) { $0.deleting.limit = .count(1) }
        #expect(few.report.stop != nil && few.report.objects.deleted == 0)
        let plain = SyncEngineTests.bucket()
        let refused = await ran(.sync, plain, plain) { $0.restoresTo = Timestamp(seconds: 5) }
        guard case .failed(let error) = refused.report.stop else { return #expect(Bool(false)) }
        #expect(error.kind == .unsupported)
    }

    @Test func oneObjectIsPutBack() async throws {
        try await happen()
        try await change()
        var options = SyncOptions(mode: .sync)
        options.restoresTo = Timestamp(seconds: 105)
        for key in ["deleted", "new"].map(ObjectKey.init) {
            let session = SyncSession(
                source: SyncLocation(backend: bucket), target: SyncLocation(backend: bucket), options: options,
                observer: nil)
            let report = await session.runObject(key, to: key)
            // A key alone that was not there then is an empty source.
            #expect((report.stop == nil) == (key == ObjectKey("deleted")), "\(report)")
        }
        #expect(try await bucket.get(ObjectKey("deleted"), capacity: 1) == [2])
    }
}
