// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Selection
import StorageModel
import Synchronization

/// Walks both listings in step and decides every pair that the listings alone can decide; the rest becomes work.
///
/// Pages are compared in plain loops; the stage suspends only when a page is used up or a batch of work is full.
struct MergeStage {
    /// Thrown when the work has nowhere to go: the run is ending, for a reason that others tell.
    struct LanesClosed: Error {}

    /// Work that is queued together.
    private static let batchSize = 128

    private let context: RunContext
    private let lanes: Lanes
    private let order: ListingOrder
    private let sourcePrefix: Int
    private let targetPrefix: Int
    /// Asked once: to reach the selection for every object takes longer than to compare it.
    private let selectsSomeClasses: Bool
    private var source: PageCursor
    private var target: PageCursor
    private var batch: [Work] = []
    /// Whether the target keeps its objects in a tree, so that `a` and `a/b`, written at once, could cost it one of them.
    private let targetIsTree: Bool
    /// Keys of the target that are being written and that keys to come may lie below, each a prefix of the next.
    private var possibleParents: [ObjectKey] = []
    /// Work below one of them: it waits until all before it is done.
    private var child: Work?
    private var listedSource = 0, listedTarget = 0, checked = 0, skipped = 0
    /// Entries of the target that the source lacks, of the pages at hand.
    private var condemned: [Entry] = []
    private var deletions: DeletionSpill
    /// What earlier runs proved.
    private var state: StateCursor?
    /// The side whose listing failed, once it did.
    private(set) var failedSide: Side?
    /// Whether part of a side was not listed.
    private(set) var isIncomplete = false
    /// Whether anything could not be listed.
    private(set) var hasProblems = false

    init(
        _ context: RunContext, lanes: Lanes, order: ListingOrder, source: BoundedChannel<ListedPage>,
        target: BoundedChannel<ListedPage>, deletions: DeletionSpill
    ) {
        self.context = context
        self.lanes = lanes
        self.order = order
        self.source = PageCursor(source)
        self.target = PageCursor(target)
        self.deletions = deletions
        sourcePrefix = context.source.prefix.bytes.count
        targetPrefix = context.target.prefix.bytes.count
        selectsSomeClasses = context.options.selection.selectsSomeClasses
        let target = context.targetCapabilities
        targetIsTree = target.listingOrders == [.pathComponents] && !target.hasDirectories
    }

    /// Merges to the end of both listings.
    mutating func run() async throws {
        state = context.state?.open(order)
        while true {
            if source.isDry { try await refillSource() }
            if target.isDry { try await refillTarget() }
            if source.isEnded, target.isEnded { break }
            try mergePages()
            try await flush()
            if let work = child {
                await lanes.settle()
                try Task.checkCancellation()
                batch.append(work)
                child = nil
                try await flush()
            }
        }
        try await flush()
        try deletions.finish()
        if !isIncomplete { state?.finish() }
    }

    private mutating func refillSource() async throws {
        while source.isDry {
            let issues: [ListingIssue]
            do throws(StorageError) { issues = try await source.refill() } catch {
                failedSide = .source
                throw error
            }
            listedSource += source.page.count
            for issue in issues { try report(issue, .source) }
        }
    }

    private mutating func refillTarget() async throws {
        while target.isDry {
            let issues: [ListingIssue]
            do throws(StorageError) { issues = try await target.refill() } catch {
                failedSide = .target
                throw error
            }
            listedTarget += target.page.count
            for issue in issues { try report(issue, .target) }
            if target.isContainerAbsent { try await makeContainer() }
        }
    }

    /// Makes the directory that a copy goes to, now that the source has answered: a source that cannot be listed leaves
    /// nothing behind.
    private mutating func makeContainer() async throws {
        guard !context.options.dryRun else { return }
        do throws(StorageError) { try await context.target.backend.createContainer() } catch {
            failedSide = .target
            throw error
        }
    }

    /// Pairs entries until a page is used up or enough work is at hand.
    private mutating func mergePages() throws {
        while batch.count < Self.batchSize, child == nil, !source.isDry, !target.isDry {
            if source.hasEntry, target.hasEntry {
                let difference = order.compare(
                    source.page[source.index].key, dropping: sourcePrefix, target.page[target.index].key,
                    dropping: targetPrefix)
                if difference < 0 {
                    try sourceOnly()
                } else if difference > 0 {
                    try targetOnly()
                } else {
                    try both()
                }
            } else if source.hasEntry {
                guard isPassed(target.reached, source.page[source.index]) else { return target.passReached() }
                try sourceOnly()
            } else if target.hasEntry {
                try targetOnly()
            } else {
                return target.passReached()
            }
        }
    }

    /// Whether the target, which was looked up to `reached` (nil: to its end), cannot have anything at `entry` any more.
    private func isPassed(_ reached: ObjectKey?, _ entry: Entry) -> Bool {
        guard let reached else { return true }
        return order.compare(entry.key, dropping: sourcePrefix, reached, dropping: targetPrefix) <= 0
    }

    private mutating func sourceOnly() throws {
        defer { source.index += 1 }
        if passesOver() { return }
        let work = work(target: nil)
        if isDirectory(work.source) {
            try directory(work)
        } else if let next = try context.copy(work, work.source, nil, .absent) {
            append(next)
        }
    }

    /// Whether the source's object is of a storage class that is not wanted. Neither that nor its copy is touched: the
    /// copy's class says nothing, and the object is not missing.
    private mutating func passesOver() -> Bool {
        guard selectsSomeClasses, !context.options.selection.selectsClass(of: source.page[source.index]) else {
            return false
        }
        listedSource -= 1
        return true
    }

    private mutating func targetOnly() throws {
        defer { target.index += 1 }
        let entry = target.page[target.index]
        // A store of plain files cannot have markers, so their absence there says nothing.
        if entry.kind == .object, entry.key.isDirectoryMarker, !context.sourceCapabilities.storesDirectoryMarkers {
            return
        }
        switch context.options.mode {
        case .sync:
            let isBackup = context.options.backup?.isBackup(entry.key.dropFirst(targetPrefix), at: context.target)
            if !(isBackup ?? false) { condemned.append(entry) }
        case .check where !context.options.comparing.oneWay:
            context.onlyTarget(entry.key.dropFirst(targetPrefix), size: entry.size)
        case .copy, .move, .check: break
        }
    }

    private mutating func both() throws {
        defer {
            source.index += 1
            target.index += 1
        }
        if passesOver() { return }
        checked += 1
        // Taken out of the pages once: every look into a page copies the entry.
        let ours = source.page[source.index], theirs = target.page[target.index]
        if isDirectory(ours) {
            skip(.directory)
            return
        }
        let isProven = state?.proves(ours, dropping: sourcePrefix, theirs) ?? false
        let verdict =
            isProven ? .same(.state) : context.comparator.verdict(ours, theirs, Knowledge(ours, theirs))
        let looks = context.metadataLooks.include(ours, theirs, after: verdict, isProven: isProven)
        if case .same(let evidence, let repairsTime) = verdict, !looks,
            !repairsTime || context.options.mode == .check
        {
            skip(evidence)
            if context.options.mode == .move { context.settle(nil, moved: ours.detached()) }
            return
        }
        let work = work(target: theirs.detached())
        if let next = try context.follow(verdict, work, work.source, work.target, looksAtMetadata: looks) {
            switch next.step {
            case .compare, .compareMetadata: context.progress.add(1, to: .checksPlanned)
            case .lookElsewhere, .copy, .makeDirectory, .repairTime: break
            }
            append(next)
        }
    }

    private mutating func append(_ next: Work) {
        guard targetIsTree else { return batch.append(next) }
        let key = next.targetKey
        while let last = possibleParents.last, !key.hasPrefix(last) { possibleParents.removeLast() }
        if possibleParents.contains(where: { key.isBelow($0) }) {
            child = next
            possibleParents = []
        } else {
            batch.append(next)
        }
        possibleParents.append(key)
    }

    /// Counts the pair at hand as left alone; the account learns of it with the page.
    private mutating func skip(_ evidence: Evidence) {
        skipped += 1
        guard let observer = context.observer else { return }
        let entry = source.page[source.index]
        observer.observe(
            .outcome(
                ObjectOutcome(
                    key: entry.key.dropFirst(sourcePrefix).detached(),
                    action: context.options.mode == .check
                        ? .same
                        : .skipped, evidence: evidence, size: entry.size)))
    }

    /// An empty directory, or the object that stands for one in a store without directories.
    private mutating func directory(_ work: Work) throws {
        let isWanted =
            context.options.createsEmptyDirectories
            && (context.targetCapabilities.hasDirectories || context.targetCapabilities.storesDirectoryMarkers)
        guard isWanted, context.options.mode != .check else {
            context.complete(work, .skipped, evidence: .directory)
            return
        }
        context.tally.withLock { _ = $0.madeDirectories.insert(work.targetKey) }
        if context.options.dryRun {
            try context.plan(.makeDirectory, work, work.source, nil, .directory)
            context.complete(work, .wouldTransfer, evidence: .directory)
            return
        }
        context.progress.add(1, to: .objectsPlanned)
        batch.append(work.following(work.source, nil, evidence: .directory, step: .makeDirectory))
    }

    private func isDirectory(_ entry: Entry) -> Bool {
        entry.kind == .directory
            || entry.key.isDirectoryMarker && !context.targetCapabilities.storesDirectoryMarkers
    }

    private func work(target: Entry?) -> Work {
        let entry = source.page[source.index].detached()
        let key = entry.key.dropFirst(sourcePrefix)
        return Work(
            key: key, source: entry, target: target, targetKey: key.prefixed(by: context.target.prefix),
            evidence: .absent, step: .compare(needs: nil))
    }

    /// Hands over what was decided, and adds what was counted to the account.
    private mutating func flush() async throws {
        let counted = (listedSource, listedTarget, checked, skipped)
        context.tally.withLock { tally in
            tally.report.objects.listedSource += counted.0
            tally.report.objects.listedTarget += counted.1
            tally.report.objects.checked += counted.2
            tally.report.objects.skipped += counted.3
        }
        context.progress.add(skipped, to: .skipped)
        (listedSource, listedTarget, checked, skipped) = (0, 0, 0, 0)
        await context.settlement.advance(context)
        try await writeDown()
        guard !batch.isEmpty else { return }
        let isOpen = await lanes.send(batch)
        batch.removeAll(keepingCapacity: true)
        if !isOpen { throw LanesClosed() }
    }

    /// Tells the journal what follows from the pairs so far, before any of it is done.
    private mutating func writeDown() async throws(StorageError) {
        let reached = context.journal == nil ? nil : reachedKey()
        let slots = await context.writeDown(&batch, condemned: condemned, reached: reached)
        for (entry, slot) in zip(condemned, slots) { try deletions.append(entry, slot) }
        condemned.removeAll(keepingCapacity: true)
    }

    /// The last key that was paired, relative to both sides; nil when there was none yet.
    private func reachedKey() -> ObjectKey? {
        // Work below an object that is still being written was paired, but is not in the batch.
        guard child == nil else { return nil }
        let ours = source.index > 0 ? source.page[source.index - 1].key.dropFirst(sourcePrefix) : nil
        let theirs = target.index > 0 ? target.page[target.index - 1].key.dropFirst(targetPrefix) : nil
        guard let ours else { return theirs?.detached() }
        guard let theirs else { return ours.detached() }
        return (order.compare(ours, theirs) < 0 ? theirs : ours).detached()
    }

    private mutating func report(_ issue: ListingIssue, _ side: Side) throws {
        let location = side == .source ? context.source : context.target
        let count = location.prefix.bytes.count
        let key = issue.key.hasPrefix(location.prefix) ? issue.key.dropFirst(count).detached() : issue.key.detached()
        hasProblems = hasProblems || issue.severity != .notice
        switch (issue.severity, side) {
        case (.notice, _): context.notice(key, issue.error.message)
        case (.entryFailure, .source), (.incomplete, .source):
            if issue.severity == .incomplete { isIncomplete = true }
            listedSource += 1
            let entry = Entry(key: issue.key.detached(), size: 0)
            let work = Work(
                key: key, source: entry, target: nil, targetKey: key, evidence: .problem, step: .compare(needs: nil))
            try context.failFinally(work, issue.error)
        case (.entryFailure, .target), (.incomplete, .target):
            if issue.severity == .incomplete { isIncomplete = true }
            context.failOther(key, issue.error)
        }
    }
}
