// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel
import Synchronization

/// Puts back what a location held at an earlier time: the version of then is copied above the one of now, and what was not
/// there then is deleted, which leaves a marker. Nothing is lost by it, so it can be taken back in the same way.
struct RestorePass {
    let context: RunContext
    let moment: Timestamp
    let deletions: DeletionSpill

    /// Puts everything back.
    func run() async -> ListingPass.Result {
        let order = context.sourceCapabilities.listingOrders[0]
        let listing = HistoryListing(
            context.source, context.options.selection, order: order, wanted: order,
            directory: context.options.temporaryDirectory)
        return await run { () async throws(StorageError) -> [History]? in try await listing.next() }
    }

    /// Puts one key back.
    func run(_ key: ObjectKey) async -> SyncReport.Stop? {
        let isRead = Atomic(false)
        let result = await run { () async throws(StorageError) -> [History]? in
            guard !isRead.exchange(true, ordering: .relaxed) else { return nil }
            let versions = try await context.source.backend.history(of: key)
            guard !versions.isEmpty else {
                throw StorageError(
                    .notFound, during: .list, at: context.source.backend.identity.container, key: key,
                    message: "there is no version of it")
            }
            return [History(key: context.relative(key), versions: versions)]
        }
        if let failure = result.failure { return .failed(failure) }
        return result.stop
    }

    private func run(
        _ next: @escaping @Sendable () async throws(StorageError) -> [History]?
    ) async -> ListingPass.Result {
        let lanes = Lanes(context.options.order)
        do {
            try await context.source.backend.requireVersions(
                since: "what is there now would be lost",
                advice: "copy with --version-at to another place, or turn versioning on")
            let failure = try await withThrowingTaskGroup(of: StorageError?.self) { group in
                group.addTask(executorPreference: context.executor) {
                    defer { lanes.finishChecks() }
                    do throws(StorageError) {
                        while let page = try await next() { try await send(page, lanes) }
                        try deletions.finish()
                        return nil
                    } catch {
                        if error.kind == .cancelled, Task.isCancelled { throw CancellationError() }
                        return error
                    }
                }
                group.addTask {
                    try await WorkForce(context: context, lanes: lanes).run()
                    return nil
                }
                var failure: StorageError?
                while let ended = try await group.next() { failure = failure ?? ended }
                return failure
            }
            context.progress.set(.isSourceListed)
            context.progress.set(.isTargetListed)
            return ListingPass.Result(isWhole: failure == nil, failure: failure)
        } catch {
            return ListingPass.Result(stop: .init(error))
        }
    }

    private func send(_ page: [History], _ lanes: Lanes) async throws(StorageError) {
        var works: [Work] = [], condemned: [Entry] = []
        do throws(RunStop) {
            for history in page { if let work = try decide(history, &condemned) { works.append(work) } }
        } catch {
            throw StorageError(.unexpected, during: .validate, message: "\(error.reason)")
        }
        let slots = await context.writeDown(&works, condemned: condemned)
        for (entry, slot) in zip(condemned, slots) { try deletions.append(entry, slot) }
        guard await lanes.send(works) else { return }
        await context.settlement.advance(context)
    }

    /// What is to be done about one key; nil: nothing now.
    private func decide(_ history: History, _ condemned: inout [Entry]) throws(RunStop) -> Work? {
        let then = history.versions.last { $0.written.map { $0 <= moment } ?? false }
        guard var now = history.versions.last else { return nil }
        let isNewest = then?.version == now.version
        let isThere = now.kind == .object
        context.progress.add(1, to: .listedSource)
        context.tally.withLock { tally in
            if then?.kind == .object { tally.report.objects.listedSource += 1 }
            if isThere { tally.report.objects.listedTarget += 1 }
            if isThere, then?.kind == .object { tally.report.objects.checked += 1 }
        }
        now.version = nil
        guard let then, then.kind == .object else {
            if isThere { condemned.append(now) }
            return nil
        }
        let target = isThere ? now : nil
        let work = Work(
            key: history.key, source: then, target: target, targetKey: then.key, evidence: .version,
            step: .compare(needs: nil))
        guard !isNewest else {
            context.complete(work, .skipped)
            return nil
        }
        // The same content came back: perhaps by an earlier restore, and with all that it carries.
        if let target, HistoryMatch.isSame(then, target) {
            context.progress.add(1, to: .checksPlanned)
            return work.following(then, target, evidence: .checksum, step: .compareMetadata)
        }
        return try context.copy(work, then, target, .version, hasLooked: true)
    }
}
