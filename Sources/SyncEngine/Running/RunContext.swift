// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel
import Synchronization

/// What the tasks of one run share: the two locations, the options, the budgets and the account.
final class RunContext: Sendable {
    /// Failed objects that are held for another pass; beyond, a failure is final.
    static let retriesMax = 10_000
    /// Objects of this size and below pass whole through the lane of small objects.
    static let smallMax: Int64 = 1 << 20

    let source: SyncLocation
    let target: SyncLocation
    let sourceCapabilities: Capabilities
    let targetCapabilities: Capabilities
    let options: SyncOptions
    let observer: (any SyncObserver)?
    let progress: SyncProgress
    let comparator: Comparator
    let planner: Planner
    /// Memory for objects of the small lane, and for all others: the large do not crowd out the small.
    let smallMemory: ByteBudget
    let largeMemory: ByteBudget
    /// Parts and large objects in flight.
    let partSlots: ByteBudget
    /// Objects in flight, where the options bound them.
    let objectSlots: ByteBudget?
    let pool: BufferPool
    let tally = Mutex(Tally())
    /// Server-side copies were refused: what follows streams.
    let isStreaming = Atomic<Bool>(false)
    /// Where the run writes down what it does; nil: nowhere, or it changes nothing.
    let journal: (any RunJournal)?
    let settlement = Settlement()
    /// Where everything runs that is not wire work.
    let executor: any TaskExecutor

    init(
        source: SyncLocation, target: SyncLocation, options: SyncOptions, observer: (any SyncObserver)?,
        progress: SyncProgress, journal: (any RunJournal)? = nil,
        executor: any TaskExecutor = globalConcurrentExecutor
    ) {
        self.executor = executor
        self.journal = options.dryRun || options.mode == .check ? nil : journal
        self.source = source
        self.target = target
        self.options = options
        self.observer = observer
        self.progress = progress
        let sourceCapabilities = source.backend.capabilities
        let targetCapabilities = target.backend.capabilities
        self.sourceCapabilities = sourceCapabilities
        self.targetCapabilities = targetCapabilities
        let planner = Planner(
            options: options.transferring, source: sourceCapabilities, target: targetCapabilities,
            canCopyServerSide: target.backend.canCopyServerSide(from: source.backend), isMove: options.mode == .move)
        self.planner = planner
        comparator = Comparator(
            options.comparing, source: Comparator.Store(sourceCapabilities),
            target: Comparator.Store(targetCapabilities),
            repairsTimes: options.mode != .check && !options.immutable, partSizes: { planner.ownPartSizes($0) })
        let memory = max(options.transferring.memoryMax, 2)
        let small = min(max(memory / 4, 1), 8 << 20)
        smallMemory = ByteBudget(total: small)
        largeMemory = ByteBudget(total: memory - small)
        partSlots = ByteBudget(total: 8)
        objectSlots = options.transferring.transfers.map { ByteBudget(total: Int64(max($0, 1))) }
        pool = BufferPool(idleMax: memory - small)
    }

    /// `key` of the source without the source's prefix.
    func relative(_ key: ObjectKey) -> ObjectKey { key.dropFirst(source.prefix.bytes.count) }

    /// The memory that an object or a piece of `size` bytes counts against.
    func memory(for size: Int64) -> ByteBudget { size <= Self.smallMax ? smallMemory : largeMemory }

    /// The condition under which a write to `work`'s target may replace what is there.
    func precondition(_ work: Work) -> Precondition? {
        let mustBeAbsent = work.target == nil && (options.immutable || options.comparing.ignoresExisting)
        return mustBeAbsent ? .absent : nil
    }

    /// Whether `error` says that the target, which had no such object, has one by now.
    func isTaken(_ work: Work, _ error: StorageError) -> Bool {
        guard precondition(work) == .absent else { return false }
        switch (error.kind, error.operation) {
        case (.alreadyExists, _), (.preconditionFailed, .write): return true
        // Conditions on the source fail by the same name; those are tried once more first.
        case (.preconditionFailed, .upload), (.preconditionFailed, .copy): return work.attempt > 1
        default: return false
        }
    }

    /// Says something that is not an outcome.
    func notice(_ key: ObjectKey?, _ text: String) { observer?.observe(.notice(key, text)) }
}
