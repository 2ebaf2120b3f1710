// Part of godwit. SPDX-License-Identifier: Apache-2.0

package import StorageModel
internal import Synchronization

/// A backend that fails when it is told to, and counts what it is asked.
///
/// Every operation, listing page, part, completion and abort is a call; they are counted from 1 in the order in which
/// they begin. A test fails call 1, 2, 3, ... until a run passes untouched.
package final class FaultyBackend: Backend {
    package enum Moment: Sendable {
        /// The store never hears of the call.
        case before
        /// The store does what it was asked, and its answer is lost.
        case after
    }

    package struct Fault: Sendable {
        /// The first call that fails, counted among those of ``operation`` (all, when that is nil).
        package var call: Int
        package var operation: StorageError.Operation?
        /// How many calls fail, one after the other.
        package var times: Int
        package var moment: Moment
        package var error: StorageError

        package init(
            call: Int, of operation: StorageError.Operation? = nil, times: Int = 1, moment: Moment = .before,
            error: StorageError
        ) {
            self.call = call
            self.operation = operation
            self.times = times
            self.moment = moment
            self.error = error
        }
    }

    package let inner: any Backend
    private let state: Mutex<State>

    private struct State {
        var faults: [Fault]
        var count = 0
        var counts: [StorageError.Operation: Int] = [:]
        var failed = 0
        var log: [Call] = []
    }

    /// One call, as it began.
    package struct Call: Sendable, Hashable {
        package var operation: StorageError.Operation
        package var key: ObjectKey
    }

    package init(_ inner: any Backend, faults: [Fault] = []) {
        self.inner = inner
        state = Mutex(State(faults: faults))
    }

    package var identity: BackendIdentity { inner.identity }
    package var capabilities: Capabilities { inner.capabilities }
    package var preferredExecutor: (any TaskExecutor)? { inner.preferredExecutor }

    /// Calls so far.
    package var calls: Int { state.withLock { $0.count } }
    /// Calls so far, in order.
    package var log: [Call] { state.withLock { $0.log } }
    /// How many calls were made to fail.
    package var failures: Int { state.withLock { $0.failed } }
    package func calls(of operation: StorageError.Operation) -> Int { state.withLock { $0.counts[operation] ?? 0 } }

    /// Fails these calls from now on; counting starts anew.
    package func arm(_ faults: [Fault]) { state.withLock { $0 = State(faults: faults) } }

    /// Counts a call and makes it fail if it is its turn.
    func perform<R>(
        _ operation: StorageError.Operation, _ key: ObjectKey, _ body: () async throws(StorageError) -> R
    ) async throws(StorageError) -> R {
        let fault = state.withLock { state -> Fault? in
            state.count += 1
            state.counts[operation, default: 0] += 1
            state.log.append(Call(operation: operation, key: key.detached()))
            let fault = state.faults.first { fault in
                guard let only = fault.operation else {
                    return (fault.call..<fault.call + fault.times).contains(state.count)
                }
                return only == operation
                    && (fault.call..<fault.call + fault.times).contains(state.counts[operation] ?? 0)
            }
            if fault != nil { state.failed += 1 }
            return fault
        }
        guard let fault else { return try await body() }
        if fault.moment == .after { _ = try await body() }
        var error = fault.error
        error.operation = operation
        error.key = key.detached()
        throw error
    }

    package func list(_ request: ListRequest) -> any Listing {
        FaultyListing(backend: self, request: request, inner: inner.list(request))
    }

    package func stat(_ key: ObjectKey, version: String?) async throws(StorageError) -> Entry {
        try await perform(.stat, key) { () async throws(StorageError) in try await inner.stat(key, version: version) }
    }

    package func read(
        _ key: ObjectKey, _ options: ReadOptions, into buffer: PartBuffer
    ) async throws(StorageError) -> Entry {
        try await perform(.read, key) { () async throws(StorageError) in
            try await inner.read(key, options, into: buffer)
        }
    }

    package func write(
        _ content: PartBuffer, to key: ObjectKey, _ options: WriteOptions
    ) async throws(StorageError) -> Entry {
        try await perform(.write, key) { () async throws(StorageError) in
            try await inner.write(content, to: key, options)
        }
    }

    package func terms(_ options: WriteOptions, for key: ObjectKey) -> [UInt8] { inner.terms(options, for: key) }

    package func beginUpload(
        to key: ObjectKey, size: Int64, partSize: Int64, _ options: WriteOptions
    ) async throws(StorageError) -> any UploadSession {
        let session = try await perform(.upload, key) { () async throws(StorageError) in
            try await inner.beginUpload(to: key, size: size, partSize: partSize, options)
        }
        return FaultyUploadSession(backend: self, key: key, inner: session)
    }

    package func resumeUpload(
        _ token: String, to key: ObjectKey, size: Int64, partSize: Int64, _ options: WriteOptions
    ) async throws(StorageError) -> any UploadSession {
        let session = try await perform(.upload, key) { () async throws(StorageError) in
            try await inner.resumeUpload(token, to: key, size: size, partSize: partSize, options)
        }
        return FaultyUploadSession(backend: self, key: key, inner: session)
    }

    package func flush() async throws(StorageError) {
        try await perform(.write, .root) { () async throws(StorageError) in try await inner.flush() }
    }

    package func copySource(_ entry: Entry) -> CopySource { inner.copySource(entry) }

    package func copy(
        _ source: CopySource, to key: ObjectKey, _ options: WriteOptions
    ) async throws(StorageError) -> Entry {
        try await perform(.copy, key) { () async throws(StorageError) in
            try await inner.copy(source, to: key, options)
        }
    }

    package func setModified(_ time: Timestamp, of entry: Entry) async throws(StorageError) {
        try await perform(.write, entry.key) { () async throws(StorageError) in
            try await inner.setModified(time, of: entry)
        }
    }

    package func attributes(of entry: Entry, _ wanted: Attributes) async throws(StorageError) -> ObjectMetadata {
        try await perform(.stat, entry.key) { () async throws(StorageError) in
            try await inner.attributes(of: entry, wanted)
        }
    }

    package func setAttributes(
        _ changed: Attributes, of entry: Entry, to metadata: ObjectMetadata, modified: Timestamp?
    ) async throws(StorageError) {
        try await perform(.write, entry.key) { () async throws(StorageError) in
            try await inner.setAttributes(changed, of: entry, to: metadata, modified: modified)
        }
    }

    package func keptAttributes(of wanted: Attributes) async throws(StorageError) -> Attributes {
        try await perform(.validate, .root) { () async throws(StorageError) in
            try await inner.keptAttributes(of: wanted)
        }
    }

    package func restore(_ entry: Entry, _ request: RestoreRequest) async throws(StorageError) -> ArchiveState? {
        try await perform(.restore, entry.key) { () async throws(StorageError) in
            try await inner.restore(entry, request)
        }
    }

    package func delete(_ deletions: [Deletion]) async throws(StorageError) -> [DeleteOutcome] {
        try await perform(.delete, deletions.first?.key ?? .root) { () async throws(StorageError) in
            try await inner.delete(deletions)
        }
    }

    package func createContainer() async throws(StorageError) {
        try await perform(.createContainer, .root) { () async throws(StorageError) in
            try await inner.createContainer()
        }
    }

    package func removeContainer(_ directory: ObjectKey) async throws(StorageError) {
        try await perform(.deleteContainer, directory) { () async throws(StorageError) in
            try await inner.removeContainer(directory)
        }
    }

    package func containerExists() async throws(StorageError) -> Bool {
        try await perform(.validate, .root) { () async throws(StorageError) in try await inner.containerExists() }
    }

    package func keepsVersions() async throws(StorageError) -> Bool {
        try await perform(.validate, .root) { () async throws(StorageError) in try await inner.keepsVersions() }
    }

    package func unfinishedUploads(under prefix: ObjectKey) async throws(StorageError) -> [UnfinishedUpload] {
        try await perform(.list, prefix) { () async throws(StorageError) in
            try await inner.unfinishedUploads(under: prefix)
        }
    }

    package func abort(_ upload: UnfinishedUpload) async throws(StorageError) {
        try await perform(.upload, upload.key) { () async throws(StorageError) in try await inner.abort(upload) }
    }
}

/// Each page is a call.
private final class FaultyListing: Listing {
    let backend: FaultyBackend
    let request: ListRequest
    let inner: any Listing

    init(backend: FaultyBackend, request: ListRequest, inner: any Listing) {
        self.backend = backend
        self.request = request
        self.inner = inner
    }

    func next() async throws(StorageError) -> ListingPage? {
        try await backend.perform(.list, request.prefix) { () async throws(StorageError) in try await inner.next() }
    }
}

/// Each part, copied part, completion and abort is a call.
private final class FaultyUploadSession: UploadSession {
    let backend: FaultyBackend
    let key: ObjectKey
    let inner: any UploadSession
    var token: String { inner.token }

    init(backend: FaultyBackend, key: ObjectKey, inner: any UploadSession) {
        self.backend = backend
        self.key = key.detached()
        self.inner = inner
    }

    func upload(_ number: Int, at offset: Int64, _ part: PartBuffer) async throws(StorageError) -> PartReceipt {
        try await backend.perform(.upload, key) { () async throws(StorageError) in
            try await inner.upload(number, at: offset, part)
        }
    }

    func copy(
        _ number: Int, from source: CopySource, range: Range<Int64>
    ) async throws(StorageError) -> PartReceipt {
        try await backend.perform(.copy, key) { () async throws(StorageError) in
            try await inner.copy(number, from: source, range: range)
        }
    }

    func verified(_ parts: [PartReceipt]) async throws(StorageError) -> [PartReceipt] {
        try await backend.perform(.upload, key) { () async throws(StorageError) in try await inner.verified(parts) }
    }

    func suspend() async { await inner.suspend() }

    func complete(_ parts: [PartReceipt], expected: Checksum?) async throws(StorageError) -> Entry {
        try await backend.perform(.upload, key) { () async throws(StorageError) in
            try await inner.complete(parts, expected: expected)
        }
    }

    func abort() async throws(StorageError) {
        try await backend.perform(.upload, key) { () async throws(StorageError) in try await inner.abort() }
    }
}
