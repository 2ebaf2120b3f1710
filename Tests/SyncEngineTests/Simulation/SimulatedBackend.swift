// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel
import StorageTestKit
import Synchronization

@testable import SyncEngine

/// One side of a simulated process's session: passes calls on as the process's fate allows, and asserts for each effect
/// what must hold of it.
final class SimulatedBackend: WrappedBackend, @unchecked Sendable {  // safe: what it adds is immutable and Sendable
    let process: SimulatedProcess
    let side: Side
    /// The other side's store, to look at.
    let other: any Backend
    let journal: MemoryJournal

    init(
        _ inner: any Backend, _ side: Side, beside other: any Backend, of process: SimulatedProcess,
        _ journal: MemoryJournal
    ) {
        self.process = process
        self.side = side
        self.other = other
        self.journal = journal
        super.init(inner)
    }

    /// The content at `key` of `backend`, past all that is simulated; nil when there is none.
    private func content(_ backend: any Backend, _ key: ObjectKey) async -> [UInt8]? {
        // A task of its own: the run's may be cancelled, and a look is no call.
        await Task(executorPreference: process.executor) { try? await backend.get(key, capacity: 4096) }.value
    }

    /// What must hold of every object that becomes visible: it was planned, and is whole.
    func appeared(_ key: ObjectKey) async {
        guard side == .target else { return }
        let planned = process.journal.isPlanned(key, [.copy, .compare, .makeDirectory])
        process.violate("\(key) was written and not planned", unless: planned)
        let (theirs, ours) = (await content(other, key), await content(inner, key))
        process.violate("\(key) is visible as \(ours ?? []), the source has \(theirs ?? [])", unless: ours == theirs)
    }

    override func list(_ request: ListRequest) -> any Listing {
        process.listingBegan(side)
        return SimulatedListing(backend: self, request: request, inner: inner.list(request))
    }

    override func stat(_ key: ObjectKey, version: String?) async throws(StorageError) -> Entry {
        try await process.perform(.stat, key) { () async throws(StorageError) in
            try await inner.stat(key, version: version)
        }
    }

    override func read(
        _ key: ObjectKey, _ options: ReadOptions, into buffer: PartBuffer
    ) async throws(StorageError) -> Entry {
        try await process.perform(.read, key) { () async throws(StorageError) in
            try await inner.read(key, options, into: buffer)
        }
    }

    override func write(
        _ content: PartBuffer, to key: ObjectKey, _ options: WriteOptions
    ) async throws(StorageError) -> Entry {
        try await process.perform(.write, key) { () async throws(StorageError) in
            let entry = try await inner.write(content, to: key, options)
            process.mark(.wroteWhole)
            await appeared(key)
            return entry
        }
    }

    override func beginUpload(
        to key: ObjectKey, size: Int64, partSize: Int64, _ options: WriteOptions
    ) async throws(StorageError) -> any UploadSession {
        try await process.perform(.upload, key) { () async throws(StorageError) in
            let session = try await inner.beginUpload(to: key, size: size, partSize: partSize, options)
            return SimulatedUpload(backend: self, key: key, inner: session, known: [:])
        }
    }

    override func resumeUpload(
        _ token: String, to key: ObjectKey, size: Int64, partSize: Int64, _ options: WriteOptions
    ) async throws(StorageError) -> any UploadSession {
        try await process.perform(.upload, key) { () async throws(StorageError) in
            let session = try await inner.resumeUpload(token, to: key, size: size, partSize: partSize, options)
            process.mark(.resumed)
            let parts = journal.contents.uploads.last { $0.upload.token == token }?.upload.parts ?? []
            return SimulatedUpload(
                backend: self, key: key, inner: session,
                known: Dictionary(parts.map { ($0.receipt.number, $0) }) { $1 })
        }
    }

    override func flush() async throws(StorageError) {
        try await process.perform(.write, .root) { () async throws(StorageError) in try await inner.flush() }
    }

    override func copy(
        _ source: CopySource, to key: ObjectKey, _ options: WriteOptions
    ) async throws(StorageError) -> Entry {
        try await process.perform(.copy, key) { () async throws(StorageError) in
            let entry = try await inner.copy(source, to: key, options)
            process.mark(.copied)
            await appeared(key)
            return entry
        }
    }

    override func setModified(_ time: Timestamp, of entry: Entry) async throws(StorageError) {
        try await process.perform(.write, entry.key) { () async throws(StorageError) in
            try await inner.setModified(time, of: entry)
            process.mark(.repairedTime)
            let planned = process.journal.isPlanned(entry.key, [.repairTime, .compare])
            process.violate("the time of \(entry.key) was set and not planned", unless: planned)
        }
    }

    override func delete(_ deletions: [Deletion]) async throws(StorageError) -> [DeleteOutcome] {
        try await process.perform(.delete, deletions.first?.key ?? .root) { () async throws(StorageError) in
            process.mark(side == .source ? .deletedSource : .deletedTarget)
            for deletion in deletions { await disappears(deletion.key) }
            return try await inner.delete(deletions)
        }
    }

    /// What must hold before an object goes.
    private func disappears(_ key: ObjectKey) async {
        let (theirs, ours) = (await content(other, key), await content(inner, key))
        switch side {
        case .source:
            process.violate("the source's \(key) is deleted in a \(process.mode)", unless: process.mode == .move)
            process.violate("the moved \(key) is not at the target", unless: ours == nil || ours == theirs)
        case .target:
            process.violate("the target's \(key) is deleted in a \(process.mode)", unless: process.mode == .sync)
            process.violate("\(key) is deleted, which the source has", unless: theirs == nil)
            process.violate("\(key) is deleted before both sides were listed", unless: process.areListingsWhole)
            let planned = process.journal.isPlanned(key, [.delete])
            process.violate("\(key) was deleted and not planned", unless: planned)
        }
    }

    override func unfinishedUploads(under prefix: ObjectKey) async throws(StorageError) -> [UnfinishedUpload] {
        try await process.perform(.list, prefix) { () async throws(StorageError) in
            try await inner.unfinishedUploads(under: prefix)
        }
    }

    override func abort(_ upload: UnfinishedUpload) async throws(StorageError) {
        try await process.perform(.upload, upload.key) { () async throws(StorageError) in
            process.mark(.aborted)
            try await inner.abort(upload)
        }
    }
}

/// Each page is a call.
private final class SimulatedListing: Listing {
    private let backend: SimulatedBackend
    private let request: ListRequest
    private let inner: any Listing

    init(backend: SimulatedBackend, request: ListRequest, inner: any Listing) {
        self.backend = backend
        self.request = request
        self.inner = inner
    }

    func next() async throws(StorageError) -> ListingPage? {
        do throws(StorageError) {
            let page = try await backend.process.perform(.list, request.prefix) { () async throws(StorageError) in
                try await inner.next()
            }
            if page == nil { backend.process.listingEnded(backend.side, failed: false) }
            return page
        } catch {
            backend.process.listingEnded(backend.side, failed: true)
            throw error
        }
    }
}

/// Each part, copied part, completion and abort is a call.
private final class SimulatedUpload: UploadSession {
    private let backend: SimulatedBackend
    private let key: ObjectKey
    private let inner: any UploadSession
    /// What the journal knew of the upload when it was taken up.
    private let known: [Int: JournaledPart]
    private let verified = Mutex<Set<Int>>([])

    var token: String { inner.token }
    private var process: SimulatedProcess { backend.process }

    init(backend: SimulatedBackend, key: ObjectKey, inner: any UploadSession, known: [Int: JournaledPart]) {
        self.backend = backend
        self.key = key.detached()
        self.inner = inner
        self.known = known
    }

    func upload(_ number: Int, at offset: Int64, _ part: PartBuffer) async throws(StorageError) -> PartReceipt {
        // A part that a store copied by itself has no digest here, which the proof of a streamed whole may need.
        let isNeeded = verified.withLock { !$0.contains(number) } || known[number]?.digest == nil
        process.violate("part \(number) of \(key) was verified and is sent again", unless: isNeeded)
        return try await process.perform(.upload, key) { () async throws(StorageError) in
            process.mark(.wrotePart)
            return try await inner.upload(number, at: offset, part)
        }
    }

    func copy(
        _ number: Int, from source: CopySource, range: Range<Int64>
    ) async throws(StorageError) -> PartReceipt {
        process.violate(
            "part \(number) of \(key) was verified and is copied again",
            unless: verified.withLock { !$0.contains(number) })
        return try await process.perform(.copy, key) { () async throws(StorageError) in
            process.mark(.copiedPart)
            return try await inner.copy(number, from: source, range: range)
        }
    }

    func verified(_ parts: [PartReceipt]) async throws(StorageError) -> [PartReceipt] {
        let held = try await process.perform(.upload, key) { () async throws(StorageError) in
            try await inner.verified(parts)
        }
        if !held.isEmpty { process.mark(.sparedPart) }
        verified.withLock { $0.formUnion(held.map(\.number)) }
        return held
    }

    func suspend() async { await inner.suspend() }

    func complete(_ parts: [PartReceipt], expected: Checksum?) async throws(StorageError) -> Entry {
        try await process.perform(.upload, key) { () async throws(StorageError) in
            let entry = try await inner.complete(parts, expected: expected)
            await backend.appeared(key)
            return entry
        }
    }

    func abort() async throws(StorageError) {
        try await process.perform(.upload, key) { () async throws(StorageError) in try await inner.abort() }
    }
}
