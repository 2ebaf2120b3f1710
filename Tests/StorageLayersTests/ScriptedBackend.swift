// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Digests
import StorageLayers
import StorageModel
import Synchronization

/// A store in memory that fails as it is told.
final class ScriptedBackend: Backend {
    /// What a call does instead of simply succeeding; used up one a call, by the name of the call.
    enum Fault: Sendable {
        case fail(StorageError)
        /// The call takes effect, but its answer is lost.
        case lose(StorageError)
        /// A read breaks off behind so many bytes.
        case breakOff(Int, StorageError)
        /// Something happens first.
        case after(@Sendable (ScriptedBackend) -> Void)
    }

    struct Object: Sendable {
        var bytes: [UInt8]
        var modified: Timestamp?
        var parts: Int?
        var tag: VersionTag {
            let halves = parts == nil ? nil : [Array(bytes.prefix(4)), Array(bytes.dropFirst(4))]
            return VersionTag(
                (halves.map { Digest.composite($0.map { Digest.of($0, .md5) }) } ?? Digest.checksum(of: bytes, .md5))
                    .hexadecimal)
        }
    }

    struct State: Sendable {
        var objects: [ObjectKey: Object] = [:]
        var faults: [String: [Fault]] = [:]
        var log: [String] = []
        /// The unfinished ones, by their tokens.
        var uploads: [String: UnfinishedUpload] = [:]
        /// What the store takes for the present, in seconds.
        var clock: Int64 = 1_000
        var containerIsThere = true

        mutating func start(_ token: String, _ key: ObjectKey) {
            uploads[token] = UnfinishedUpload(key: key, token: token, begun: Timestamp(seconds: clock))
        }
    }

    let state = Mutex(State())
    let pageSize: Int
    init(pageSize: Int = 3) { self.pageSize = pageSize }

    var identity: BackendIdentity { BackendIdentity(store: "scripted", container: "c") }
    var capabilities: Capabilities {
        Capabilities(listingOrders: [.keyBytes], listsFromAnyKey: true, deleteBatchMax: 7)
    }
    var preferredExecutor: (any TaskExecutor)? { nil }

    var log: [String] { state.withLock(\.log) }
    func script(_ call: String, _ faults: Fault...) { state.withLock { $0.faults[call, default: []] += faults } }
    func put(_ key: String, _ text: String, modified: Timestamp? = nil) {
        state.withLock { $0.objects[ObjectKey(key)] = Object(bytes: Array(text.utf8), modified: modified) }
    }
    func text(_ key: String) -> String? {
        state.withLock { $0.objects[ObjectKey(key)].map { String(decoding: $0.bytes, as: UTF8.self) } }
    }

    /// Writes the call down and does what the script says.
    func enter(_ call: String, _ detail: String = "") throws(StorageError) -> Fault? {
        let fault = state.withLock { state -> Fault? in
            state.log.append(detail.isEmpty ? call : "\(call) \(detail)")
            guard let fault = state.faults[call]?.first else { return nil }
            state.faults[call]?.removeFirst()
            return fault
        }
        if case .fail(let error) = fault { throw error }
        if case .after(let action) = fault { action(self) }
        return fault
    }

    func leave<T>(_ fault: Fault?, _ value: T) throws(StorageError) -> T {
        if case .lose(let error) = fault { throw error }
        return value
    }

    func entry(_ key: ObjectKey, _ operation: StorageError.Operation) throws(StorageError) -> (Object, Entry) {
        guard let object = state.withLock({ $0.objects[key] }) else {
            throw StorageError(.notFound, during: operation, key: key, message: "no such object")
        }
        return (
            object, Entry(key: key, size: Int64(object.bytes.count), modified: object.modified, tag: object.tag)
        )
    }

    func list(_ request: ListRequest) -> any Listing { ScriptedListing(self, request) }

    func stat(_ key: ObjectKey, version: String?) async throws(StorageError) -> Entry {
        let fault = try enter("stat")
        return try leave(fault, entry(key, .stat).1)
    }

    func read(
        _ key: ObjectKey, _ options: ReadOptions, into buffer: PartBuffer
    ) async throws(StorageError) -> Entry {
        let fault = try enter("read", options.range.map { "\($0.lowerBound)-\($0.upperBound)" } ?? "")
        let (object, entry) = try entry(key, .read)
        if let tag = options.ifMatch, tag != entry.tag {
            throw StorageError(.preconditionFailed, during: .read, key: key, message: "changed")
        }
        let range = options.range ?? 0..<entry.size
        let bytes = object.bytes[Int(range.lowerBound)..<Int(min(range.upperBound, entry.size))]
        if case .breakOff(let count, let error) = fault {
            _ = Array(bytes.prefix(count)).withUnsafeBytes { buffer.append($0) }
            throw error
        }
        _ = Array(bytes).withUnsafeBytes { buffer.append($0) }
        return try leave(fault, entry)
    }

    func write(
        _ content: PartBuffer, to key: ObjectKey, _ options: WriteOptions
    ) async throws(StorageError) -> Entry {
        let fault = try enter("write")
        try check(options.precondition, key)
        state.withLock { $0.objects[key] = Object(bytes: content.array, modified: options.modified) }
        return try leave(fault, entry(key, .write).1)
    }

    func check(_ precondition: Precondition?, _ key: ObjectKey) throws(StorageError) {
        let tag = state.withLock { $0.objects[key]?.tag }
        let holds =
            switch precondition {
            case nil: true
            case .absent: tag == nil
            case .matches(let wanted): tag == wanted
            }
        guard holds else { throw StorageError(.preconditionFailed, during: .write, key: key, message: "condition") }
    }

    func terms(_ options: WriteOptions, for key: ObjectKey) -> [UInt8] { Array("terms".utf8) }

    func beginUpload(
        to key: ObjectKey, size: Int64, partSize: Int64, _ options: WriteOptions
    ) async throws(StorageError) -> any UploadSession {
        let fault = try enter("begin")
        let token = "upload-\(state.withLock { $0.log.count })"
        state.withLock { $0.start(token, key) }
        return try leave(fault, ScriptedUpload(backend: self, key: key, token: token, options: options))
    }

    func resumeUpload(
        _ token: String, to key: ObjectKey, size: Int64, partSize: Int64, _ options: WriteOptions
    ) async throws(StorageError) -> any UploadSession {
        let fault = try enter("resume")
        guard state.withLock({ $0.uploads[token] }) != nil else {
            throw StorageError(.notFound, during: .upload, key: key, message: "NoSuchUpload")
        }
        return try leave(fault, ScriptedUpload(backend: self, key: key, token: token, options: options))
    }

    func flush() async throws(StorageError) { try leave(enter("flush"), ()) }

    func copySource(_ entry: Entry) -> CopySource { CopySource(container: "c", entry: entry) }

    func copy(_ source: CopySource, to key: ObjectKey, _ options: WriteOptions) async throws(StorageError) -> Entry {
        let fault = try enter("copy")
        return try leave(fault, source.entry)
    }

    func setModified(_ time: Timestamp, of entry: Entry) async throws(StorageError) {
        try leave(enter("setModified"), ())
    }

    func attributes(of entry: Entry, _ wanted: Attributes) async throws(StorageError) -> ObjectMetadata {
        try leave(enter("attributes"), ObjectMetadata())
    }

    func setAttributes(
        _ changed: Attributes, of entry: Entry, to metadata: ObjectMetadata, modified: Timestamp?
    ) async throws(StorageError) {
        try leave(enter("setAttributes"), ())
    }

    func keptAttributes(of wanted: Attributes) async throws(StorageError) -> Attributes {
        try leave(enter("keptAttributes"), wanted)
    }

    func restore(_ entry: Entry, _ request: RestoreRequest) async throws(StorageError) -> ArchiveState? {
        try leave(enter("restore \(entry.key)"), .restoring)
    }

    func delete(_ deletions: [Deletion]) async throws(StorageError) -> [DeleteOutcome] {
        let fault = try enter("delete", deletions.map(\.key.description).joined(separator: ","))
        var outcomes: [DeleteOutcome] = []
        for deletion in deletions {
            do throws(StorageError) {
                _ = try enter("delete \(deletion.key)")
                state.withLock { _ = $0.objects.removeValue(forKey: deletion.key) }
                outcomes.append(DeleteOutcome(key: deletion.key))
            } catch {
                outcomes.append(DeleteOutcome(key: deletion.key, error: error))
            }
        }
        return try leave(fault, outcomes)
    }

    func createContainer() async throws(StorageError) { try leave(enter("createContainer"), ()) }

    func removeContainer(_ directory: ObjectKey) async throws(StorageError) {
        let fault = try enter("removeContainer")
        guard state.withLock({ $0.containerIsThere }) else {
            throw StorageError(.containerNotFound, during: .deleteContainer, message: "no such bucket")
        }
        state.withLock { $0.containerIsThere = false }
        try leave(fault, ())
    }

    func containerExists() async throws(StorageError) -> Bool { try leave(enter("containerExists"), true) }

    func keepsVersions() async throws(StorageError) -> Bool { try leave(enter("keepsVersions"), true) }
    func unfinishedUploads(under prefix: ObjectKey) async throws(StorageError) -> [UnfinishedUpload] {
        try leave(enter("unfinished"), state.withLock { $0.uploads.values.filter { $0.key.hasPrefix(prefix) } })
    }
    func abort(_ upload: UnfinishedUpload) async throws(StorageError) {
        let fault = try enter("abort")
        state.withLock { $0.uploads[upload.token] = nil }
        try leave(fault, ())
    }
}

/// Two parts, the first of four bytes.
struct ScriptedUpload: UploadSession {
    let backend: ScriptedBackend
    let key: ObjectKey
    let token: String
    let options: WriteOptions
    private let parts = Parts()

    final class Parts: Sendable { let bytes = Mutex<[Int: [UInt8]]>([:]) }

    init(backend: ScriptedBackend, key: ObjectKey, token: String, options: WriteOptions) {
        self.backend = backend
        self.key = key
        self.token = token
        self.options = options
    }

    func upload(_ number: Int, at offset: Int64, _ part: PartBuffer) async throws(StorageError) -> PartReceipt {
        let fault = try backend.enter("part", "\(number)")
        parts.bytes.withLock { $0[number] = part.array }
        let tag = VersionTag(Digest.checksum(of: part, .md5).hexadecimal)
        return try backend.leave(fault, PartReceipt(number: number, size: Int64(part.count), tag: tag))
    }

    func copy(_ number: Int, from source: CopySource, range: Range<Int64>) async throws(StorageError) -> PartReceipt {
        try backend.leave(backend.enter("copyPart"), PartReceipt(number: number, size: 0))
    }

    func verified(_ receipts: [PartReceipt]) async throws(StorageError) -> [PartReceipt] {
        try backend.leave(backend.enter("verify"), receipts)
    }

    func suspend() async { backend.state.withLock { $0.log.append("suspend") } }

    func complete(_ receipts: [PartReceipt], expected: Checksum?) async throws(StorageError) -> Entry {
        let fault = try backend.enter("complete")
        guard backend.state.withLock({ $0.uploads.removeValue(forKey: token) }) != nil else {
            throw StorageError(.unexpected, during: .upload, key: key, message: "NoSuchUpload")
        }
        let bytes = parts.bytes.withLock { parts in receipts.flatMap { parts[$0.number] ?? [] } }
        backend.state.withLock {
            $0.objects[key] = .init(bytes: bytes, modified: options.modified, parts: receipts.count)
        }
        return try backend.leave(fault, backend.entry(key, .upload).1)
    }

    func abort() async throws(StorageError) {
        try await backend.abort(UnfinishedUpload(key: key, token: token, begun: nil))
    }
}

final class ScriptedListing: Listing {
    private let backend: ScriptedBackend
    private let request: ListRequest
    private let after: Mutex<ObjectKey?>
    private let isSpent = Mutex(false)
    private let wasAsked = Mutex(false)

    init(_ backend: ScriptedBackend, _ request: ListRequest) {
        self.backend = backend
        self.request = request
        after = Mutex(request.after)
    }

    func next() async throws(StorageError) -> ListingPage? {
        precondition(!isSpent.withLock(\.self), "asked again after an error")
        let fault: ScriptedBackend.Fault?
        do throws(StorageError) {
            fault = try backend.enter("page", after.withLock { $0?.description ?? "" })
        } catch {
            isSpent.withLock { $0 = true }
            throw error
        }
        let last = after.withLock(\.self)
        let isFirst = wasAsked.withLock { wasAsked in
            defer { wasAsked = true }
            return !wasAsked
        }
        let keys = backend.state.withLock { $0.objects.keys.sorted() }.filter { key in
            // Some stores show the key to start behind once more.
            last.map { isFirst ? $0 <= key : $0 < key } ?? true
        }.prefix(backend.pageSize)
        guard let end = keys.last else { return nil }
        after.withLock { $0 = end }
        if case .lose(let error) = fault {
            isSpent.withLock { $0 = true }
            throw error
        }
        return ListingPage(entries: keys.map { Entry(key: $0, size: 0) })
    }
}

func transient(_ kind: StorageError.Kind = .connectionLost, after: Duration? = nil) -> StorageError {
    StorageError(kind, during: .read, message: "scripted", disposition: .transient(retryAfter: after))
}

func permanent(_ kind: StorageError.Kind) -> StorageError {
    StorageError(kind, during: .read, message: "scripted")
}

/// `base` behind retries that take no time.
func retrying(
    _ base: any Backend, attempts: Int = 10, counter: RetryCounter = RetryCounter(),
    clock: InstantClock = InstantClock(), random: Double = 0.5
) -> InterceptedBackend {
    InterceptedBackend(
        base, Retry(RetryPolicy(attemptsMax: attempts), counter: counter, clock: clock, random: { random }))
}
