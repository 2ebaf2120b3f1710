// Part of godwit. SPDX-License-Identifier: Apache-2.0

import BackendMemory
import StorageModel
import StorageTestKit
import Synchronization
import Testing

@testable import SyncEngine

/// A store that takes its time to write.
private final class SlowWrites: WrappedBackend, @unchecked Sendable {  // safe: the count has a lock
    private let time: Duration
    private let count = Mutex(0)

    /// Writes that have begun.
    var begun: Int { count.withLock { $0 } }

    init(_ inner: any Backend, _ time: Duration) {
        self.time = time
        super.init(inner)
    }

    override func write(
        _ content: PartBuffer, to key: ObjectKey, _ options: WriteOptions
    ) async throws(StorageError) -> Entry {
        count.withLock { $0 += 1 }
        do { try await Task.sleep(for: time) } catch {
            throw StorageError(.cancelled, during: .write, key: key, message: "cancelled")
        }
        return try await inner.write(content, to: key, options)
    }
}

/// A store whose listings take 50 ms a page.
private final class SlowPages: WrappedBackend, @unchecked Sendable {  // safe: adds no state
    override func list(_ request: ListRequest) -> any Listing { SlowListing(base: inner.list(request)) }

    private final class SlowListing: Listing {
        private let base: any Listing

        init(base: any Listing) { self.base = base }

        func next() async throws(StorageError) -> ListingPage? {
            do { try await Task.sleep(for: .milliseconds(50)) } catch {
                throw StorageError(.cancelled, during: .list, message: "cancelled")
            }
            return try await base.next()
        }
    }
}

/// Where a run ends that may not go on for ever, and that the next one does the rest.
@Suite struct CutoffTests {
    private func filled(_ count: Int, _ size: Int) async throws -> (MemoryBackend, MemoryBackend) {
        let (source, target) = (bucket(pageSize: 3), bucket(pageSize: 3))
        for index in 0..<count {
            try await source.put(
                [UInt8](repeating: UInt8(truncatingIfNeeded: index), count: size), at: ObjectKey("k\(index + 100)"))
        }
        try await target.fill(["gone": "x"])
        return (source, target)
    }

    @Test(arguments: [
        // mode, bytes that may move, objects of 100 bytes that do, one after the other
        (CutoffOptions.Mode.hard, 350, 4), (.soft, 350, 4), (.cautious, 350, 3),
        (.hard, 400, 4), (.soft, 400, 4), (.cautious, 400, 3), (.cautious, 401, 4),
        (.hard, 0, 0), (.soft, 0, 0), (.cautious, 0, 0), (.cautious, 100, 0), (.soft, 1, 1),
    ])
    func endsWhenEnoughIsMoved(mode: CutoffOptions.Mode, bytes: Int, moved: Int) async throws {
        let (source, target) = try await filled(20, 100)
        let run = await ran(.sync, source, target) {
            $0.transferring.transfers = 1
            $0.cutoff.bytesMax = Int64(bytes)
            $0.cutoff.mode = mode
        }
        guard case .transferLimit(Int64(bytes)) = run.report.stop else {
            Issue.record("\(run.report)")
            return
        }
        #expect(run.report.objects.transferred == moved && run.report.objects.failed == 0)
        #expect(run.report.objects.deleted == 0)
        #expect(try await target.contents().count == moved + 1)
        let rest = await ran(.sync, source, target)
        #expect(rest.isClean && rest.report.objects.transferred == 20 - moved && rest.report.objects.deleted == 1)
        #expect(try await target.contents() == source.contents())
    }

    @Test(arguments: CutoffOptions.Mode.allCases)
    func aLimitThatIsNotReachedChangesNothing(mode: CutoffOptions.Mode) async throws {
        let (source, target) = try await filled(20, 100)
        let run = await ran(.sync, source, target) {
            $0.cutoff.bytesMax = 2001
            $0.cutoff.durationMax = .seconds(600)
            $0.cutoff.mode = mode
        }
        #expect(run.isClean && run.report.objects.transferred == 20 && run.report.objects.deleted == 1)
    }

    @Test(.timeLimit(.minutes(10)), arguments: CutoffOptions.Mode.allCases)
    func endsWhenTheTimeIsOver(mode: CutoffOptions.Mode) async throws {
        let (source, target) = try await filled(400, 10)
        let slow = SlowWrites(target, .milliseconds(100))
        let run = await ran(.sync, source, slow) {
            $0.transferring.transfers = 2
            $0.cutoff.durationMax = .milliseconds(350)
            $0.cutoff.mode = mode
        }
        guard case .durationLimit(.milliseconds(350)) = run.report.stop else {
            Issue.record("\(run.report)")
            return
        }
        let objects = run.report.objects
        #expect(objects.transferred < 400 && objects.failed == 0 && objects.deleted == 0)
        // What was begun is finished, unless it is interrupted.
        if mode != .hard { #expect(slow.begun == objects.transferred) }
        #expect(await ran(.sync, source, target).isClean)
        #expect(try await target.contents() == source.contents())
    }

    /// A run that only lists ends when its time is over, too.
    @Test(.timeLimit(.minutes(10)), arguments: CutoffOptions.Mode.allCases)
    func endsWhileItLists(mode: CutoffOptions.Mode) async throws {
        let (source, target) = try await filled(300, 10)
        #expect(await ran(.copy, source, target).isClean)
        let run = await ran(.sync, SlowPages(source), target) {
            $0.cutoff.durationMax = .milliseconds(200)
            $0.cutoff.mode = mode
        }
        guard case .durationLimit = run.report.stop else {
            Issue.record("\(run.report)")
            return
        }
        #expect(run.report.objects.listedSource < 300 && run.report.objects.deleted == 0)
    }

    /// What else ends a run is told, though a limit was reached.
    @Test func anErrorGoesBeforeALimit() async throws {
        var options = CutoffOptions()
        options.durationMax = .milliseconds(1)
        let cutoff = try #require(Cutoff(options, SyncProgress()))
        for isFailed in [true, false] {
            let stop = await cutoff.bounding {
                while cutoff.reached == nil { await Task.yield() }
                return isFailed ? .failed(StorageError(.unauthenticated, during: .write, message: "who")) : .interrupted
            }
            switch (stop, isFailed) {
            case (.failed, true), (.durationLimit, false): break
            default: Issue.record("\(String(describing: stop))")
            }
        }
    }

    @Test func partsCountWhileTheyAreUnderWay() async throws {
        let (source, target) = (bucket(pageSize: 3), bucket(pageSize: 3))
        try await source.put([UInt8](repeating: 7, count: 10_000), at: ObjectKey("large"))
        let run = await ran(.copy, source, target) {
            $0.transferring.partSize = 1000
            $0.transferring.uploadCutoff = 1000
            $0.transferring.partsInFlight = 1
            $0.cutoff.bytesMax = 4000
        }
        guard case .transferLimit(4000) = run.report.stop else {
            Issue.record("\(run.report)")
            return
        }
        #expect(try await target.contents().isEmpty)
    }

    @Test func aSingleObjectIsBoundToo() async throws {
        let (source, target) = try await filled(1, 100)
        var options = SyncOptions(mode: .copy)
        options.cutoff.bytesMax = 50
        options.cutoff.mode = .cautious
        let session = SyncSession(
            source: SyncLocation(backend: source), target: SyncLocation(backend: target), options: options,
            observer: nil)
        let report = await session.runObject(ObjectKey("k100"), to: ObjectKey("k100"))
        guard case .transferLimit(50) = report.stop else {
            Issue.record("\(report)")
            return
        }
        #expect(report.objects.transferred == 0)
    }
}
