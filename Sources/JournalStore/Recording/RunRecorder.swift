// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import GRDB
package import StorageModel
import SyncEngine
import Synchronization

/// The journal of one run that is under way.
///
/// What is told without waiting is committed together with what else comes within ``groupTime``. When the file cannot
/// be written any more, the run is warned once and nothing is written from then on.
package final class RunRecorder: Sendable {
    /// For how long something that was told may be nowhere but in memory.
    private static let groupTime = Duration.milliseconds(20)
    /// How often a position is written that comes without anything else.
    private static let positionTime = Duration.seconds(1)

    struct State {
        /// In the order of the calls.
        var changes: [JournalChange] = []
        var isScheduled = false
        /// Why nothing is written any more.
        var failure: StorageError?
        var isFinished = false
        var position: ObjectKey?
        var order: ListingOrder?
        var isMoved = false
        var moved: Timestamp
        /// The newest upload to each key that a later attempt may go on with.
        var named: [ObjectKey: Int64] = [:]
        var keys: [Int64: ObjectKey] = [:]
        /// Runs whose temporary files the engine was told to look for.
        var soughtDead: [Int64] = []
    }

    /// What is committed together.
    private struct Group {
        var changes: [JournalChange]
        var position: ObjectKey?
        var order: ListingOrder?
        var isMoved: Bool
    }

    package let description: RunDescription
    /// The run's number in the file.
    let number: Int64
    let store: JournalStore
    let state: Mutex<State>

    init(
        _ description: RunDescription, number: Int64, store: JournalStore, named: [(number: Int64, key: ObjectKey)]
    ) {
        self.description = description
        self.number = number
        self.store = store
        var state = State(moved: store.now())
        for upload in named {
            state.named[upload.key] = upload.number
            state.keys[upload.number] = upload.key
        }
        self.state = Mutex(state)
    }

    /// The order of the listings that the run merges; a position in another one says nothing and is dropped.
    package func listing(in order: ListingOrder) {
        state.withLock { state in
            guard state.order != order else { return }
            (state.order, state.position, state.isMoved) = (order, nil, true)
        }
    }

    /// Writes down how the run ended, after all that it told before. `report`: its summary as JSON.
    package func finish(_ end: RunState, exit: Int32?, report: String?) async {
        let (number, time) = (number, store.now())
        do throws(StorageError) {
            let soughtDead = state.withLock { $0.soughtDead }
            try await commit(movesAlways: true) { rows in
                let db = rows.db
                try db.run(
                    "UPDATE runs SET state = ?, ended = ?, exit = ?, report = ? WHERE number = ?",
                    [end.rawValue, time.storedNanoseconds, exit.map { Int64($0) }, report, number])
                guard end == .done else {
                    // What failed an object may have failed the removal of its temporary file too.
                    try db.run("UPDATE runs SET may_have_left = 1 WHERE number = ?", [number])
                    return
                }
                try db.run("DELETE FROM progress WHERE batch IN (SELECT number FROM batches WHERE run = ?)", [number])
                try db.run("DELETE FROM batches WHERE run = ?", [number])
                for run in soughtDead {
                    try db.run("UPDATE runs SET may_have_left = 0 WHERE number = ?", [run])
                }
            }
        } catch {
            giveUp(error)
        }
        state.withLock { $0.isFinished = true }
        // What cannot be given back now is given back by a later run.
        try? await store.shrink()
    }

    /// Writes what was told so far.
    package func flush() async {
        do throws(StorageError) {
            try await commit { _ in }
        } catch {
            giveUp(error)
        }
    }

    // MARK: - Committing

    /// Has `change` written soon.
    func tell(_ change: JournalChange) {
        let isFirst = state.withLock { state in
            guard state.failure == nil, !state.isFinished else { return false }
            state.changes.append(change)
            return state.schedule()
        }
        if isFirst { commitSoon() }
    }

    /// Has the position written soon, unless that was done a moment ago.
    func move(to key: ObjectKey) {
        let time = store.now()
        let isFirst = state.withLock { state in
            guard state.failure == nil, !state.isFinished else { return false }
            (state.position, state.isMoved) = (key, true)
            return state.moved.distance(to: time) >= Self.positionTime && state.schedule()
        }
        if isFirst { commitSoon() }
    }

    private func commitSoon() {
        // Whoever tells something does not wait, so nobody is there to be the parent of this. Nobody cancels it either.
        Task {
            try? await Task.sleep(for: Self.groupTime)
            await flush()
        }
    }

    /// Commits what was told so far and then `body`, all or nothing. `isDurable`: it is on disk afterwards, not only in
    /// the file.
    func commit<Value: Sendable>(
        isDurable: Bool = false, movesAlways: Bool = false,
        _ body: @escaping @Sendable (RunRows) throws -> Value
    ) async throws(StorageError) -> Value {
        if let failure = state.withLock({ $0.failure }) { throw failure }
        return try await store.perform(during: .write) { [self] db in
            let group = take(movesAlways: movesAlways)
            let rows = RunRows(db: db, run: number)
            let write = {
                try rows.apply(group.changes)
                if group.isMoved { try rows.move(to: group.position, in: group.order) }
                return try body(rows)
            }
            return isDurable ? try db.inDurableTransaction(write) : try db.inOneTransaction(write)
        }
    }

    /// What waits to be written, and where the listings are if that is to be written too.
    private func take(movesAlways: Bool) -> Group {
        let time = store.now()
        return state.withLock { state in
            let isMoved = state.isMoved && (movesAlways || state.moved.distance(to: time) >= Self.positionTime)
            defer {
                state.changes = []
                state.isScheduled = false
                if isMoved { (state.isMoved, state.moved) = (false, time) }
            }
            return Group(changes: state.changes, position: state.position, order: state.order, isMoved: isMoved)
        }
    }

    /// Warns, the first time, and writes nothing from now on.
    func giveUp(_ error: StorageError) {
        let isFirst = state.withLock { state in
            state.changes = []
            guard state.failure == nil else { return false }
            state.failure = error
            return true
        }
        guard isFirst else { return }
        store.warn("\(error); the run goes on without its journal: it cannot be resumed or undone from here on")
    }
}

extension RunRecorder.State {
    /// Whether a commit must be scheduled for what was just told.
    fileprivate mutating func schedule() -> Bool {
        defer { isScheduled = true }
        return !isScheduled
    }
}
