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
    let metadataLooks: MetadataLooks
    let sourceAttributes: ContainerAttributes
    let targetAttributes: ContainerAttributes
    let sourceCapabilities: Capabilities
    let targetCapabilities: Capabilities
    let options: SyncOptions
    let observer: (any SyncObserver)?
    let progress: SyncProgress
    let comparator: Comparator
    let planner: Planner
    let budgets: RunBudgets
    /// Objects in flight, where the options bound them.
    let objectSlots: ByteBudget?
    let tally = Mutex(Tally())
    /// Server-side copies were refused: what follows streams.
    let isStreaming = Atomic<Bool>(false)
    /// Whether it was found out that tags can be seen at the source.
    let hasLookedForTags = Atomic<Bool>(false)
    /// Where the run writes down what it does; nil: nowhere, or it changes nothing.
    let journal: (any RunJournal)?
    let settlement = Settlement()
    /// What waits for being restored.
    let thawing: Thawing
    let partDigests = PartDigests()
    let partTimes = PartTimes()
    /// Nil: the run goes on to its end.
    let cutoff: Cutoff?
    /// Keeps what is overwritten and deleted; nil: nothing does.
    let keeper: Keeper?
    /// Looks for objects in other places; nil: there are none.
    let elsewhere: Elsewhere?
    /// Objects that may only have another name by now; nil: nothing is known of any.
    let renames = Mutex<Renames?>(nil)
    let purpose: Purpose
    /// What earlier runs proved, and this one for the next; nil: the run does not go by it.
    let state: RunState?
    /// Where everything runs that is not wire work.
    let executor: any TaskExecutor

    init(
        source: SyncLocation, target: SyncLocation, options: SyncOptions, observer: (any SyncObserver)?,
        progress: SyncProgress, journal: (any RunJournal)? = nil, purpose: Purpose = .run, budgets: RunBudgets? = nil,
        executor: any TaskExecutor = globalConcurrentExecutor
    ) {
        let changesNothing = options.dryRun || options.mode == .check
        let journal = changesNothing ? nil : journal
        let budgets = budgets ?? RunBudgets(options.transferring)
        self.journal = journal
        self.budgets = budgets
        self.purpose = options.plan != nil ? .applying : options.restoresTo != nil ? .undoing : purpose
        self.executor = executor
        cutoff = Cutoff(options.cutoff, progress)
        if changesNothing {
            keeper = nil
        } else if let undo = options.undo {
            keeper = Keeper(
                undo, target: target, options: options, budgets: budgets, journal: journal, executor: executor)
        } else {
            keeper = options.backup.map {
                Keeper($0, target: target, options: options, budgets: budgets, executor: executor)
            }
        }
        elsewhere = options.elsewhere.map {
            Elsewhere(
                $0, source: source, target: target, options: options, budgets: budgets, progress: progress,
                executor: executor)
        }
        self.source = source
        self.target = target
        self.options = options
        self.observer = observer
        self.progress = progress
        let sourceCapabilities = source.backend.capabilities
        let targetCapabilities = target.backend.capabilities
        metadataLooks = MetadataLooks(options, source: sourceCapabilities, target: targetCapabilities)
        sourceAttributes = ContainerAttributes(source.backend, executor: executor)
        targetAttributes = ContainerAttributes(target.backend, executor: executor)
        self.sourceCapabilities = sourceCapabilities
        self.targetCapabilities = targetCapabilities
        let planner = Planner(
            options: options.transferring, source: sourceCapabilities, target: targetCapabilities,
            canCopyServerSide: target.backend.canCopyServerSide(from: source.backend),
            keepsParts: options.mode == .move || options.copiesVersions || purpose.isExact)
        self.planner = planner
        comparator = Comparator(
            options.comparing, source: Comparator.Store(sourceCapabilities),
            target: Comparator.Store(targetCapabilities),
            repairsTimes: options.mode != .check && !options.immutable
                && options.transferring.preserved.contains(.times),
            provesContent: options.mode == .move,
            partSizes: { planner.ownPartSizes($0) })
        state = RunState(options, window: comparator.window) { observer?.observe(.notice(nil, $0)) }
        thawing = Thawing(directory: options.temporaryDirectory)
        objectSlots = options.transferring.transfers.map { ByteBudget(total: Int64(max($0, 1))) }
    }

    var smallMemory: ByteBudget { budgets.smallMemory }
    var largeMemory: ByteBudget { budgets.largeMemory }
    var pool: BufferPool { budgets.pool }

    /// Whether both sides are containers of one store, whose accounts and classes mean the same.
    var isOneStore: Bool { source.backend.identity.store == target.backend.identity.store }

    /// `key` of the source without the source's prefix.
    func relative(_ key: ObjectKey) -> ObjectKey { key.dropFirst(source.prefix.bytes.count) }

    /// The source as it is now; of what is put back, the version that it was found in: what is current is what it replaces.
    func freshSource(_ entry: Entry) async throws(StorageError) -> Entry {
        let version = options.restoresTo == nil ? nil : entry.version
        return try await source.backend.stat(entry.key, version: version).detached()
    }

    /// The memory that an object or a piece of `size` bytes counts against.
    func memory(for size: Int64) -> ByteBudget { size <= Self.smallMax ? smallMemory : largeMemory }

    /// The condition under which a write to `work`'s target may replace what is there.
    func precondition(_ work: Work) -> Precondition? {
        if purpose == .undoing || purpose == .applying || keeper != nil, let condition = conditionOfReplacing(work) {
            return condition
        }
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
