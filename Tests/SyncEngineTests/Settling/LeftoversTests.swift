// Part of godwit. SPDX-License-Identifier: Apache-2.0

import BackendMemory
import StorageModel
import StorageTestKit
import Synchronization
import Testing

@testable import SyncEngine

/// Uploads that a store began without anybody hearing of it.
@Suite struct LeftoversTests {
    private let now: @Sendable () -> Timestamp = { Timestamp(seconds: 1_000_000) }

    /// Copies a large object to `target` as it is seen through `wrap`.
    private func copy(
        through wrap: (MemoryBackend) -> any Backend, _ journal: MemoryJournal
    ) async throws -> (SyncReport, MemoryBackend) {
        let source = bucket(), target = bucket { $0.now = now }
        try await source.put(Array(repeating: 9, count: 5000), at: ObjectKey("large"))
        var options = SyncOptions(mode: .copy)
        options.transferring.partSize = 1000
        options.transferring.uploadCutoff = 1000
        options.passesMax = 3
        let run = journal.begin()
        let session = SyncSession(
            source: SyncLocation(backend: source), target: SyncLocation(backend: wrap(target)), options: options,
            observer: nil, journal: run)
        let report = await session.run()
        run.end()
        return (report, target)
    }

    @Test(arguments: [1, 2]) func anUploadWhoseNameWasLostIsGivenUpByTheRunItself(lost: Int) async throws {
        let journal = MemoryJournal(now: now)
        let (report, target) = try await copy(through: { MuteBackend($0, lost: lost) }, journal)
        #expect(report.stop == nil && report.objects.failed == 0 && report.objects.transferred == 1, "\(report)")
        #expect(try await target.unfinishedUploads(under: .root).map(\.token) == [])
        #expect(journal.contents.uploads.count == lost + 1 && journal.contents.uploads.allSatisfy(\.isEnded))
    }

    @Test func theTwinOfAnUploadIsGivenUpAtTheEnd() async throws {
        let journal = MemoryJournal(now: now)
        let (report, target) = try await copy(through: { TwinBackend($0) }, journal)
        #expect(report.stop == nil && report.objects.failed == 0 && report.objects.transferred == 1, "\(report)")
        #expect(try await target.unfinishedUploads(under: .root).map(\.token) == [])
        #expect(journal.contents.uploads.count == 2 && journal.contents.uploads.allSatisfy(\.isEnded))
    }
}

/// Begins every upload twice, and tells the name of the second alone and that there may be another.
private final class TwinBackend: WrappedBackend, @unchecked Sendable {  // safe: adds no state
    override func beginUpload(
        to key: ObjectKey, size: Int64, partSize: Int64, _ options: WriteOptions
    ) async throws(StorageError) -> any UploadSession {
        _ = try await inner.beginUpload(to: key, size: size, partSize: partSize, options)
        return TwinUpload(inner: try await inner.beginUpload(to: key, size: size, partSize: partSize, options))
    }
}

private struct TwinUpload: UploadSession {
    let inner: any UploadSession
    var token: String { inner.token }
    var mayHaveTwin: Bool { true }

    func upload(_ number: Int, at offset: Int64, _ part: PartBuffer) async throws(StorageError) -> PartReceipt {
        try await inner.upload(number, at: offset, part)
    }

    func copy(_ number: Int, from source: CopySource, range: Range<Int64>) async throws(StorageError) -> PartReceipt {
        try await inner.copy(number, from: source, range: range)
    }

    func verified(_ parts: [PartReceipt]) async throws(StorageError) -> [PartReceipt] {
        try await inner.verified(parts)
    }

    func complete(_ parts: [PartReceipt], expected: Checksum?) async throws(StorageError) -> Entry {
        try await inner.complete(parts, expected: expected)
    }

    func suspend() async { await inner.suspend() }

    func abort() async throws(StorageError) { try await inner.abort() }
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
