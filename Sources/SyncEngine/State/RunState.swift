// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Selection
import StorageModel
import Synchronization

/// The state of one run: what earlier runs proved, to be read beside the merge, and what this one proves, for the next.
///
/// On disk it is a base, in the order of the merge, and a log of what was proven since, in the order in which that
/// happened. A log that has grown is merged into a new base at the end of a run that saw everything. A record is true
/// for ever, so nothing that is lost or kept for too long can do harm; whatever goes wrong here is told once and only
/// costs comparisons.
final class RunState: Sendable {
    /// A log of less than this part of the base stays: the next run reads it beside the base.
    private static let logShare: Int64 = 8

    private struct Log {
        /// Open and locked; nil: this run writes nothing.
        var file: NamedFile?
        /// Bytes of the file that are good.
        var size: Int64 = 0
        /// Whether those hold records that count.
        var hasRecords = false
        var writer: StateWriter?
        var order = ListingOrder.keyBytes
        var baseIsDamaged = false
        var hasFailed = false
        var isTooLong = false
        var told: Set<String> = []
    }

    private let options: StateOptions
    private let temporaryDirectory: String
    private let window: UInt64
    private let begun: Timestamp
    /// Whether this run adds to the state.
    let writes: Bool
    private let forgets: Bool
    private let notice: @Sendable (String) -> Void
    private let log = Mutex(Log())

    /// Nil for runs that neither read nor write state: they compare in another way, move what they read, or look at each
    /// object by itself, which tells enough.
    init?(_ options: SyncOptions, window: Duration, notice: @escaping @Sendable (String) -> Void) {
        let comparing = options.comparing
        guard let state = options.state, options.mode != .move, comparing.method == .auto, !comparing.update,
            !comparing.ignoresExisting, !comparing.ignoresTimes, !comparing.ignoresSize, !options.looksUp
        else { return nil }
        self.options = state
        temporaryDirectory = options.temporaryDirectory
        let (seconds, attoseconds) = window.components
        self.window = UInt64(truncatingIfNeeded: seconds &* 1_000_000_000 &+ attoseconds / 1_000_000_000)
        begun = state.now()
        writes = !options.dryRun && options.mode != .check
        // What the rules exclude is not listed, nor what an earlier run listed, but they may be there.
        forgets =
            writes && options.selection.isEverything && options.exclusionMarkers.isEmpty && options.resuming == nil
        self.notice = notice
    }

    /// Files that changed later than this are not believed.
    private var before: Timestamp {
        Timestamp(seconds: begun.seconds - PairProof.quiet, nanoseconds: begun.nanoseconds)
    }

    private func header(_ order: ListingOrder) -> StateHeader {
        StateHeader(order: order, window: window, begun: begun)
    }

    // MARK: Reading

    /// What earlier runs proved, for a merge in `order`; nil: nothing. A pass that lists again opens it again.
    func open(_ order: ListingOrder) -> StateCursor? {
        let header = header(order)
        let base = NamedFile.existing(options.path).flatMap { file in
            StateBase.open(file, for: header) { self.findDamage() }
        }
        do throws(StorageError) {
            guard let logged = try openLog(header) else { return base.map { cursor($0, order) } }
            guard let base else { return cursor(logged, order) }
            return cursor(MergedRecords(older: base, newer: logged, order: order), order)
        } catch {
            fail(error)
            return base.map { cursor($0, order) }
        }
    }

    private func cursor(_ stream: any RecordStream, _ order: ListingOrder) -> StateCursor {
        StateCursor(
            stream, order: order, before: before,
            forget: forgets ? { self.append($0, UnsafeRawBufferPointer(start: nil, count: 0)) } : nil,
            failed: { self.fail($0) })
    }

    /// The records of the log in order; nil: there are none. Sees to it that what this run proves follows them.
    private func openLog(_ header: StateHeader) throws(StorageError) -> (any RecordStream)? {
        let path = options.path + ".log"
        let opened = try log.withLock { log throws(StorageError) in
            log.order = header.order
            try log.writer?.flush()
            return log.file
        }
        let file: NamedFile
        if writes {
            if let opened { file = opened } else { file = try NamedFile.writable(path, advice: StateOptions.advice) }
        } else {
            guard let existing = NamedFile.existing(path) else { return nil }
            file = existing
        }
        guard !writes || opened != nil || file.lock() else {
            tell("another run keeps the state of these locations; what this one proves is not kept")
            return nil
        }
        var reading = try StateLog.read(file, for: header, directory: temporaryDirectory)
        let (size, hasRecords) = (reading.size, reading.sorter.count > 0)
        if writes, opened == nil {
            try file.truncate(to: size)
            log.withLock { log in
                (log.file, log.size, log.hasRecords) = (file, size, hasRecords)
            }
        }
        return hasRecords ? try reading.sorter.sorted() : nil
    }

    // MARK: Writing

    /// The record of a pair that was proven the same; nil where one side cannot be told from its other states.
    func record(_ key: ObjectKey, _ source: Entry, _ target: Entry, targetByDigest: Bool = false) -> StateRecord? {
        var proof: [UInt8] = []
        guard
            writes,
            PairProof.encode(source, target, targetByDigest: targetByDigest, before: before, into: &proof)
        else { return nil }
        return StateRecord(key: key, proof: proof)
    }

    /// Writes down what was proven.
    func append(_ records: [StateRecord]) async {
        await blocking {
            for record in records {
                record.key.bytes.withUnsafeBytes { key in record.proof.withUnsafeBytes { self.append(key, $0) } }
            }
            self.flush()
        }
    }

    /// After a run that saw everything and that nothing stopped: makes a new base where that is worth it.
    func settle() async {
        guard writes else { return }
        await blocking {
            self.flush()
            self.fold()
        }
    }

    /// Ends the run, however it went.
    func close() {
        flush()
        log.withLock { log in
            log.writer = nil
            log.file = nil
        }
    }

    /// Runs `body` where it may wait for a disk, which the thread that serves the wire may not.
    private func blocking(_ body: @escaping @Sendable () -> Void) async {
        await withTaskExecutorPreference(globalConcurrentExecutor) { await Self.run(body) }
    }

    @concurrent private static func run(_ body: @Sendable () -> Void) async { body() }

    private func append(_ key: UnsafeRawBufferPointer, _ proof: UnsafeRawBufferPointer) {
        change { log throws(StorageError) in
            guard let file = log.file, !log.isTooLong else { return }
            if log.writer == nil { log.writer = try StateWriter(file, at: log.size, self.header(log.order)) }
            try log.writer?.append(key, proof)
            log.hasRecords = true
            log.isTooLong = (log.writer?.size ?? 0) > self.options.maxBytes
        }
    }

    private func flush() { change { log throws(StorageError) in try log.writer?.flush() } }

    private func change(_ body: (inout Log) throws(StorageError) -> Void) {
        do throws(StorageError) {
            try log.withLock { log throws(StorageError) in
                if !log.hasFailed { try body(&log) }
            }
        } catch {
            fail(error)
        }
    }

    private func fold() {
        let (file, logSize, hasRecords, order, isDamaged, isTooLong) = log.withLock { log in
            (
                log.hasFailed ? nil : log.file, log.writer?.size ?? log.size, log.hasRecords, log.order,
                log.baseIsDamaged, log.isTooLong
            )
        }
        guard let file else { return }
        let baseSize = NamedFile.existing(options.path)?.size ?? 0
        let isOver = baseSize + logSize > options.maxBytes
        let hasGrown = hasRecords && logSize >= baseSize / Self.logShare
        guard hasGrown || isDamaged || isOver else { return }
        do throws(StorageError) {
            if isTooLong { return try drop(file) }
            let folding = StateFolding(path: options.path, header: header(order), maxBytes: options.maxBytes)
            let isKept = try folding.fold(file, temporaryDirectory: temporaryDirectory)
            if !isKept { try drop(file) }
        } catch {
            fail(error)
        }
    }

    private func drop(_ file: NamedFile) throws(StorageError) {
        NamedFile.remove(options.path)
        try file.truncate(to: 0)
        tell(
            "the state for the next run would pass \(options.maxBytes) bytes (--state-max) and is not kept; "
                + "the next run compares anew")
    }

    // MARK: Troubles

    private func findDamage() {
        log.withLock { $0.baseIsDamaged = true }
        tell("the state of earlier runs is damaged and ignored; objects are compared anew")
    }

    private func fail(_ error: StorageError) {
        log.withLock { $0.hasFailed = true }
        tell("the state for the next run cannot be kept: \(error)")
    }

    private func tell(_ text: String) {
        let isNew = log.withLock { $0.told.insert(text).inserted }
        if isNew { notice(text) }
    }
}
