// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel
import Synchronization

/// One pass over the histories of both sides: keys side by side, the versions of each one after another.
struct HistoryPass {
    /// Keys whose histories are copied at once.
    private static let keysInFlight = 64
    /// Pages of one side that are read ahead.
    private static let pagesAhead = 2

    /// What the merge came to, once it has ended.
    private final class Merge: Sendable { let result = Mutex(ListingPass.Result()) }

    let context: RunContext
    let deletions: DeletionSpill

    /// Copies every history.
    func run() async -> ListingPass.Result {
        let order: ListingOrder
        do throws(StorageError) {
            try await confirm()
            order = context.sourceCapabilities.listingOrders[0]
        } catch {
            return ListingPass.Result(stop: .failed(error))
        }
        let pairs = BoundedChannel<HistoryPair>(capacity: Self.keysInFlight * 4)
        let found = Merge()
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                let source = BoundedChannel<[History]>(capacity: Self.pagesAhead)
                let target = BoundedChannel<[History]>(capacity: Self.pagesAhead)
                group.addTask(executorPreference: context.executor) { await pull(.source, order, into: source) }
                group.addTask(executorPreference: context.executor) { await pull(.target, order, into: target) }
                group.addTask(executorPreference: context.executor) {
                    defer {
                        pairs.finish()
                        source.close()
                        target.close()
                    }
                    let merged = try await merge(source, target, order, into: pairs)
                    found.result.withLock { $0 = merged }
                }
                for _ in 0..<max(context.options.transferring.transfers ?? Self.keysInFlight, 1) {
                    group.addTask(executorPreference: context.executor) {
                        while let pair = await pairs.next() {
                            try await HistoryCopy(context: context, pair: pair).run()
                        }
                    }
                }
                while try await group.next() != nil {}
            }
            if let reached = context.cutoff?.reached { return ListingPass.Result(stop: reached) }
            try Task.checkCancellation()
            return found.result.withLock { $0 }
        } catch {
            return ListingPass.Result(stop: .init(error))
        }
    }

    /// Copies the history of one key.
    func run(_ sourceKey: ObjectKey, to targetKey: ObjectKey) async -> SyncReport.Stop? {
        do {
            try await confirm()
            let pair = HistoryPair(
                key: sourceKey, targetKey: targetKey,
                source: try await context.source.backend.history(of: sourceKey),
                target: try await context.target.backend.history(of: targetKey))
            guard !pair.source.isEmpty else {
                throw StorageError(
                    .notFound, during: .list, at: context.source.backend.identity.container, key: sourceKey,
                    message: "there is no version of it")
            }
            count(pair)
            try await HistoryCopy(context: context, pair: pair).run()
            return context.cutoff?.reached
        } catch {
            return .init(error)
        }
    }

    /// Makes sure that there are histories to be copied, and that the target keeps one.
    private func confirm() async throws(StorageError) {
        for side in [context.source, context.target] where !side.backend.capabilities.listsVersions {
            throw StorageError(
                .unsupported, during: .list, at: side.backend.identity.container,
                message: "versions cannot be listed there",
                advice: "--all-versions is between buckets that keep versions")
        }
        guard context.options.mode != .check else { return }
        try await context.target.backend.requireVersions(
            since: "each would overwrite the one before", advice: "turn versioning on there first")
    }

    // MARK: listing and merging

    private func pull(_ side: Side, _ order: ListingOrder, into channel: BoundedChannel<[History]>) async {
        let location = side == .source ? context.source : context.target
        let orders = location.backend.capabilities.listingOrders
        var listing = HistoryListing(
            location, side == .source ? context.options.selection : context.options.targetSelection,
            order: orders.contains(order) ? order : orders[0], wanted: order,
            directory: context.options.temporaryDirectory)
        do throws(StorageError) {
            while let page = try await listing.next() {
                let count = page.reduce(0) { $0 + $1.versions.count }
                context.progress.add(count, to: side == .source ? .listedSource : .listedTarget)
                guard await channel.send([page]) else { return }
            }
            context.progress.set(side == .source ? .isSourceListed : .isTargetListed)
            channel.finish()
        } catch {
            channel.finish(throwing: error)
        }
    }

    private func merge(
        _ source: BoundedChannel<[History]>, _ target: BoundedChannel<[History]>, _ order: ListingOrder,
        into pairs: BoundedChannel<HistoryPair>
    ) async throws -> ListingPass.Result {
        var (ours, theirs) = (HistoryCursor(source), HistoryCursor(target))
        var condemned: [Entry] = []
        do throws(StorageError) {
            var a = try await ours.next(), b = try await theirs.next()
            while a != nil || b != nil {
                let difference =
                    if let a, let b { order.compare(a.key, b.key) } else { a == nil ? 1 : -1 }
                if difference > 0 {
                    if let b { onlyTarget(b, &condemned) }
                } else if let a {
                    let pair = HistoryPair(
                        key: a.key, targetKey: a.key.prefixed(by: context.target.prefix), source: a.versions,
                        target: difference == 0 ? b?.versions ?? [] : [])
                    count(pair)
                    guard await pairs.send([pair]) else { return ListingPass.Result() }
                }
                if condemned.count >= PlannedAction.batchMax { try await condemn(&condemned) }
                if difference <= 0 { a = try await ours.next() }
                if difference >= 0 { b = try await theirs.next() }
            }
            try await condemn(&condemned)
            try deletions.finish()
            return ListingPass.Result(isWhole: true)
        } catch {
            if error.kind == .cancelled, Task.isCancelled { throw CancellationError() }
            return ListingPass.Result(failure: error)
        }
    }

    private func count(_ pair: HistoryPair) {
        context.tally.withLock { tally in
            tally.report.objects.listedSource += pair.source.count
            tally.report.objects.listedTarget += pair.target.count
            if !pair.target.isEmpty { tally.report.objects.checked += 1 }
        }
    }

    /// What the source never had. Deleting it leaves a marker above its versions, which stay.
    private func onlyTarget(_ history: History, _ condemned: inout [Entry]) {
        context.tally.withLock { $0.report.objects.listedTarget += history.versions.count }
        guard var newest = history.versions.last, newest.kind == .object else { return }
        newest.version = nil
        switch context.options.mode {
        case .check:
            if !context.options.comparing.oneWay { context.onlyTarget(history.key, size: newest.size) }
        case .sync: condemned.append(newest)
        case .copy, .move: break
        }
    }

    private func condemn(_ entries: inout [Entry]) async throws(StorageError) {
        var works: [Work] = []
        let slots = await context.writeDown(&works, condemned: entries)
        for (entry, slot) in zip(entries, slots) { try deletions.append(entry, slot) }
        entries = []
    }
}

/// One side of the merge.
private struct HistoryCursor {
    private let channel: BoundedChannel<[History]>
    private var page: ArraySlice<History> = []

    init(_ channel: BoundedChannel<[History]>) { self.channel = channel }

    /// The next history; nil after the last.
    mutating func next() async throws(StorageError) -> History? {
        while page.isEmpty {
            guard let next = await channel.next() else {
                if let failure = channel.failure { throw failure }
                if Task.isCancelled { throw StorageError(.cancelled, during: .list, message: "cancelled") }
                return nil
            }
            page = next[...]
        }
        return page.removeFirst()
    }
}
