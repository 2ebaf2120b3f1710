// Part of godwit. SPDX-License-Identifier: Apache-2.0

import BackendMemory
import StorageModel
import StorageTestKit
import Synchronization
import Testing

@testable import SyncEngine

/// Uploads that a store began without anybody hearing of it.
@Suite struct LeftoversTests {
    @Test(arguments: [1, 2]) func anUploadWhoseNameWasLostIsGivenUpByTheRunItself(lost: Int) async throws {
        let now: @Sendable () -> Timestamp = { Timestamp(seconds: 1_000_000) }
        let source = bucket(), target = bucket { $0.now = now }
        try await source.put(Array(repeating: 9, count: 5000), at: ObjectKey("large"))
        var options = SyncOptions(mode: .copy)
        options.transferring.partSize = 1000
        options.transferring.uploadCutoff = 1000
        options.passesMax = 3
        let journal = MemoryJournal(now: now)
        let run = journal.begin()
        let session = SyncSession(
            source: SyncLocation(backend: source), target: SyncLocation(backend: MuteBackend(target, lost: lost)),
            options: options, observer: nil, journal: run)
        let report = await session.run()
        #expect(report.stop == nil && report.objects.failed == 0 && report.objects.transferred == 1, "\(report)")
        run.end()
        #expect(try await target.unfinishedUploads(under: .root).map(\.token) == [])
        #expect(journal.contents.uploads.count == lost + 1 && journal.contents.uploads.allSatisfy(\.isEnded))
    }
}

/// Begins uploads, and does not tell their names the first times.
private final class MuteBackend: WrappedBackend, @unchecked Sendable {  // safe: the count has a lock
    private let left: Mutex<Int>

    init(_ inner: any Backend, lost: Int) {
        left = Mutex(lost)
        super.init(inner)
    }

    override func beginUpload(
        to key: ObjectKey, size: Int64, partSize: Int64, _ options: WriteOptions
    ) async throws(StorageError) -> any UploadSession {
        let session = try await inner.beginUpload(to: key, size: size, partSize: partSize, options)
        let isLost = left.withLock { left in
            left -= 1
            return left >= 0
        }
        guard isLost else { return session }
        throw StorageError(
            .connectionLost, during: .upload, key: key, message: "lost", disposition: .exhausted(attempts: 3))
    }
}
