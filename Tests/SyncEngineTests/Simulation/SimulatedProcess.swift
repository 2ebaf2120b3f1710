// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel
import StorageTestKit
import Synchronization

@testable import SyncEngine

/// One process that runs a session: what befalls its calls, and what it may not do.
final class SimulatedProcess: Sendable {
    /// How the process ends before its session does.
    enum End: Sendable, Hashable {
        case none
        /// Someone interrupts it when so many calls have begun.
        case cancelled(call: Int)
        /// It dies at that call, which the store carries out or never hears of: no later call of its reaches a store.
        case killed(call: Int, isCarriedOut: Bool)
    }

    /// What is to happen with a call.
    enum Fate {
        case none
        case failed(StorageError, isCarriedOut: Bool)
    }

    /// What schedules must reach, or they prove nothing.
    enum Mark: Hashable, Sendable, CaseIterable {
        case killed, cancelled, failed, wroteWhole, wrotePart, copied, copiedPart, resumed, sparedPart, deletedTarget
        case deletedSource, repairedTime, aborted, lostPending
    }

    struct Luck: Sendable {
        var end = End.none
        /// Calls that fail, of a hundred.
        var faults = 0
        /// How often a call lets others go first, at most.
        var pausesMax = 3
    }

    private struct State {
        var random: SeededRandom
        var calls = 0
        var isDead = false
        var cancel: (@Sendable () -> Void)?
        var listings: [Side: ListingState] = [:]
        var violations: [String] = []
        var marks: Set<Mark> = []
    }

    /// The listings of one side.
    private struct ListingState {
        var open = 0, ended = 0, failed = 0
    }

    let journal: MemoryRun
    let mode: SyncMode
    let executor: SeededExecutor
    private let luck: Luck
    private let state: Mutex<State>

    init(_ mode: SyncMode, journal: MemoryRun, executor: SeededExecutor, luck: Luck, seed: UInt64) {
        self.mode = mode
        self.journal = journal
        self.executor = executor
        self.luck = luck
        state = Mutex(State(random: SeededRandom(seed: seed)))
    }

    /// What broke an invariant.
    var violations: [String] { state.withLock { $0.violations } }
    var isDead: Bool { state.withLock { $0.isDead } }
    var calls: Int { state.withLock { $0.calls } }

    /// What this process came by.
    var marks: Set<Mark> { state.withLock { $0.marks } }

    func mark(_ mark: Mark) { state.withLock { _ = $0.marks.insert(mark) } }

    func onInterruption(_ cancel: @escaping @Sendable () -> Void) { state.withLock { $0.cancel = cancel } }

    func violate(_ text: @autoclosure () -> String, unless holds: Bool) {
        guard !holds else { return }
        let text = text()
        state.withLock { $0.violations.append(text) }
    }

    /// Counts a call, after others had the chance to go first, and decides what becomes of it.
    func begin(_ operation: StorageError.Operation, _ key: ObjectKey) async -> Fate {
        let pauses = state.withLock { Int.random(in: 0...luck.pausesMax, using: &$0.random) }
        for _ in 0..<pauses { await executor.pause() }
        let (fate, cancel) = state.withLock { state -> (Fate, (@Sendable () -> Void)?) in
            guard !state.isDead else { return (.failed(Self.death(operation, key), isCarriedOut: false), nil) }
            state.calls += 1
            switch luck.end {
            case .killed(state.calls, let isCarriedOut):
                state.isDead = true
                state.marks.insert(.killed)
                let pending = journal.pendingCount, kept = Int.random(in: 0...pending, using: &state.random)
                if kept < pending { state.marks.insert(.lostPending) }
                journal.die(keeping: kept)
                return (.failed(Self.death(operation, key), isCarriedOut: isCarriedOut), nil)
            case .cancelled(state.calls):
                state.marks.insert(.cancelled)
                return (.none, state.cancel)
            default: break
            }
            guard state.random.chance(luck.faults) else { return (.none, nil) }
            state.marks.insert(.failed)
            return (Self.fault(operation, key, &state.random), nil)
        }
        cancel?()
        return fate
    }

    /// Runs `body` as a call that its fate may befall.
    func perform<R>(
        _ operation: StorageError.Operation, _ key: ObjectKey, _ body: () async throws(StorageError) -> R
    ) async throws(StorageError) -> R {
        switch await begin(operation, key) {
        case .none: return try await body()
        case .failed(let error, let isCarriedOut):
            if isCarriedOut { _ = try await body() }
            throw error
        }
    }

    /// Ends every task of the run at once, as nothing of a dead process goes on.
    private static func death(_ operation: StorageError.Operation, _ key: ObjectKey) -> StorageError {
        StorageError(.unauthenticated, during: operation, key: key.detached(), message: "the process is dead")
    }

    private static func fault(
        _ operation: StorageError.Operation, _ key: ObjectKey, _ random: inout SeededRandom
    ) -> Fate {
        func error(_ kind: StorageError.Kind, _ disposition: StorageError.Disposition = .permanent) -> StorageError {
            StorageError(kind, during: operation, key: key.detached(), message: "injected", disposition: disposition)
        }
        let lost = StorageError.Disposition.exhausted(attempts: 3)
        switch Int.random(in: 0..<6, using: &random) {
        case 0: return .failed(error(.connectionLost, lost), isCarriedOut: false)
        case 1: return .failed(error(.connectionLost, lost), isCarriedOut: true)
        case 2: return .failed(error(.outcomeUnknown), isCarriedOut: random.chance(50))
        case 3: return .failed(error(.permissionDenied), isCarriedOut: false)
        case 4: return .failed(error(.timedOut, lost), isCarriedOut: random.chance(50))
        default: return .failed(error(.rateLimited, lost), isCarriedOut: false)
        }
    }

    // MARK: Listings

    func listingBegan(_ side: Side) { state.withLock { $0.listings[side, default: ListingState()].open += 1 } }

    func listingEnded(_ side: Side, failed: Bool) {
        state.withLock { state in
            state.listings[side]?.open -= 1
            if failed { state.listings[side]?.failed += 1 } else { state.listings[side]?.ended += 1 }
        }
    }

    /// Whether both sides were listed to their ends without an error.
    var areListingsWhole: Bool {
        state.withLock { state in
            [Side.source, .target].allSatisfy { side in
                guard let listing = state.listings[side] else { return false }
                return listing.open == 0 && listing.failed == 0 && listing.ended > 0
            }
        }
    }
}
